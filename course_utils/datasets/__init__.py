"""The reader's own folders of pictures, and public sets: the records that the worlds give."""
