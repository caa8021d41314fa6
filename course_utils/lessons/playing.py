"""Keep nbclient, which nbgrader and nbconvert run notebooks with, from standing still at sliders.

nbclient plays the browser for what a slider draws: it sends each output back to the kernel over
the channel on which it waits for the end of the cell. ZeroMQ tells only once that a message has
come in, and sending takes that sign away. So an end that comes in just then is not seen until the
cell's timeout is over, on a busy machine at every tenth slider. Without the play, what a slider
draws is an output of its cell like any other.
"""


def play_no_browser() -> None:
    """Let this process's nbclient take what widgets draw as plain outputs."""
    import nbclient.client

    nbclient.client.OutputWidget = None
