"""nbgrader's settings for a teacher who works in this folder."""

from course_utils.lessons.playing import play_no_browser

play_no_browser()
