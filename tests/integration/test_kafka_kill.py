"""kill -9 of the broker under a log that is in use."""

from __future__ import annotations

from contextlib import closing

import pytest

from streams.errors import BrokerUnavailable
from streams.log.kafka import KafkaLog
from streams.log.protocol import NewRecord, TopicSpec
from tests.brokers import KafkaServer


@pytest.mark.kafka
def test_a_log_outlives_its_broker(own_kafka: KafkaServer) -> None:
    """While the broker is dead every use ends with its address; after its return the same object goes on, whole."""
    with closing(KafkaLog([own_kafka.server], timeout_s=2)) as log:
        log.create_topics([TopicSpec("articles", 1)])
        assert [0, 1] == log.append("articles", [NewRecord(0, b"k", b"a", 1), NewRecord(0, b"k", b"b", 2)])
        assert 2 == len(log.read("articles", 0, 0))
        followed = log.follow(["articles"], "end", poll_s=0.1)
        assert [] == next(followed)
        own_kafka.kill()
        for use in (
            lambda: log.append("articles", [NewRecord(0, b"k", b"lost", 3)]),
            lambda: log.read("articles", 0, 2),
            lambda: log.end_offset("articles", 0),
            lambda: [next(followed) for _ in range(100)],
        ):
            with pytest.raises(BrokerUnavailable, match=own_kafka.server):
                use()
        own_kafka.restart()
        assert [2] == log.append("articles", [NewRecord(0, b"k", b"c", 4)])
        assert [b"a", b"b", b"c"] == [record.value for record in log.read("articles", 0, 0)]
