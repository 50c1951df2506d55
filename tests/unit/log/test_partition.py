"""Keys go where Kafka's own clients send them."""

from __future__ import annotations

from aiokafka.partitioner import murmur2 as aiokafka_murmur2
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as kafka_murmur2

from streams.log.partition import murmur2, partition_for

# from the tests of Kafka's Java client (UtilsTest.testMurmur2)
JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


def test_hashes_of_the_java_client() -> None:
    """The hash is that of Kafka's Java client."""
    assert JAVA == {key: (murmur2(key) ^ 1 << 31) - (1 << 31) for key in JAVA}


@given(st.binary(max_size=70), st.integers(1, 1000))
def test_the_python_clients_agree(key: bytes, partitions: int) -> None:
    """Faust's client and kafka-python's send a key to the same partition as we do."""
    assert {partition_for(key, partitions)} == {
        (aiokafka_murmur2(key) & 0x7FFFFFFF) % partitions,
        (kafka_murmur2(key) & 0x7FFFFFFF) % partitions,
    }
