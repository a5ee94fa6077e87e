import os
import signal

import pytest

from mt.runs.interrupts import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_wish_and_the_second_an_order(number):
    said = []
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interrupts(said.append) as interrupts:
        assert not interrupts()
        os.kill(os.getpid(), number)
        assert interrupts()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert said == [f"{number.name}: finishing the articles in progress; a second signal stops at once"]


def test_a_signal_in_the_middle_of_a_line_is_heard_all_the_same():
    def writing(message):
        raise RuntimeError("reentrant call inside <_io.BufferedWriter>")

    with Interrupts(writing) as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts()
