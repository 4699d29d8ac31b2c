"""How long bare librdkafka takes to commit: a transaction of a hundred records and an offset every INTERVAL_MS.

Args: boot topic interval_ms seconds. The topic takes the records; a group of its own takes the offsets. Prints one JSON
line like the other engines' benches do.
"""
import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

RECORDS = 100  # what 5,000 records/s give in 20 ms

boot, topic, interval_ms, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
group = f"bare-commit-{time.time_ns()}"
consumer = Consumer({"bootstrap.servers": boot, "group.id": group, "enable.auto.commit": False})
consumer.subscribe([topic])
while not consumer.assignment():
    consumer.poll(0.1)
producer = Producer({"bootstrap.servers": boot, "transactional.id": group, "linger.ms": 5, "compression.codec": "lz4"})
producer.init_transactions()
value = b'{"tx":"t00000000","user_id":"u00000","model":"default","version":"4","score":0.123456}'
took_ms = []
began = time.monotonic()
due = began
while due < began + seconds:
    time.sleep(max(due - time.monotonic(), 0))
    start = time.monotonic()
    producer.begin_transaction()
    for number in range(RECORDS):
        producer.produce(topic, value, f"u{number}".encode())
    offsets = [TopicPartition(topic, 0, len(took_ms))]
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata())
    producer.commit_transaction()
    took_ms.append((time.monotonic() - start) * 1000)
    due += interval_ms / 1000
consumer.close()
took_ms.sort()
print(json.dumps({"workload": "commit", "peer": "librdkafka", "mode": f"{interval_ms:g}ms", "commits": len(took_ms),
                  "p50_ms": round(took_ms[len(took_ms) // 2], 1), "p99_ms": round(took_ms[len(took_ms) * 99 // 100], 1)}))
