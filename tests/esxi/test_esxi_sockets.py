"""What waits in a host's sockets."""

from __future__ import annotations

import pytest

from ftlab.errors import ParseError
from ftlab.esxi.host.sockets import build_connections, parse_waiting

TABLE = """\
Proto  Recv Q  Send Q  Local Address    Foreign Address  State        World ID  World Name
-----  ------  ------  ---------------  ---------------  -----------  --------  -------------
tcp         0       0  0.0.0.0:22       0.0.0.0:0        LISTEN          34000  sshd
tcp    812344       0  10.0.0.2:8000    10.0.0.1:51234   ESTABLISHED     34001  vmotionServer
tcp        56       0  10.0.0.2:8000    10.0.0.3:51234   ESTABLISHED     34001  vmotionServer
tcp       999       0  10.0.0.2:48000   10.0.0.1:8000    ESTABLISHED     34002  x
tcp       999       0  10.0.0.2:80001   10.0.0.1:22      ESTABLISHED     34002  x
"""


def test_the_receive_queue_of_one_port() -> None:
    assert parse_waiting(TABLE) == 812400
    assert parse_waiting(TABLE, 22) == 0
    assert parse_waiting(TABLE.replace("\n", "\r\n")) == 812400
    assert build_connections().repeatable


@pytest.mark.parametrize("text", ["", "Unknown command\n", TABLE.replace("812344", "  many")])
def test_an_answer_that_is_no_such_table(text: str) -> None:
    with pytest.raises(ParseError):
        parse_waiting(text)
