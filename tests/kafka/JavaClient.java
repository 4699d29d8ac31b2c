// Kafka's own clients for tests: does what lines of JSON say that it reads, and answers each with one.
// Usage: java -cp ARCHIVES JavaClient.java HOST:PORT

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class JavaClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String brokers;
  private final Admin admin;

  JavaClient(String brokers) {
    this.brokers = brokers;
    this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
  }

  public static void main(String[] arguments) throws Exception {
    JavaClient client = new JavaClient(arguments[0]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        client.handle(JSON.readTree(line), answer);
      } catch (Exception error) {
        answer.put("error", String.valueOf(error.getCause() == null ? error : error.getCause()));
      }
      System.out.println(JSON.writeValueAsString(answer));
      System.out.flush();
    }
  }

  private void handle(JsonNode question, ObjectNode answer) throws Exception {
    String topic = question.path("topic").asText();
    switch (question.get("do").asText()) {
      case "create" -> admin.createTopics(List.of(new NewTopic(topic, question.get("partitions").asInt(), (short) 1)
          .configs(texts(question.path("configs"))))).all().get();
      case "delete" -> admin.deleteTopics(List.of(topic)).all().get();
      case "grow" -> admin.createPartitions(
          Map.of(topic, NewPartitions.increaseTo(question.get("partitions").asInt()))).all().get();
      case "configure" -> configure(topic, texts(question.get("configs")));
      case "truncate" -> admin.deleteRecords(
          Map.of(place(question), RecordsToDelete.beforeOffset(question.get("offset").asLong()))).all().get();
      case "send" -> send(question, answer.putArray("offsets"));
      case "commit" -> admin.alterConsumerGroupOffsets(question.get("group").asText(),
          Map.of(place(question), new OffsetAndMetadata(question.get("offset").asLong(),
              question.get("metadata").asText()))).all().get();
      case "committed" -> committed(question.get("group").asText(), answer.putArray("offsets"));
      default -> throw new IllegalArgumentException("what is " + question);
    }
  }

  private static TopicPartition place(JsonNode question) {
    return new TopicPartition(question.get("topic").asText(), question.get("partition").asInt());
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> map = new HashMap<>();
    object.fields().forEachRemaining(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  private void configure(String topic, Map<String, String> configs) throws Exception {
    List<AlterConfigOp> changes = new ArrayList<>();
    configs.forEach((name, value) ->
        changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes)).all().get();
  }

  // `transaction`: "commit", "abort", or none. All of the records, by one producer.
  private void send(JsonNode question, ArrayNode offsets) throws Exception {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", brokers);
    properties.put("key.serializer", ByteArraySerializer.class);
    properties.put("value.serializer", ByteArraySerializer.class);
    properties.put("max.request.size", 32 << 20);
    properties.put("linger.ms", 20);
    properties.put("compression.type", question.path("compression").asText("none"));
    String transaction = question.path("transaction").asText("");
    if (!transaction.isEmpty()) properties.put("transactional.id", "java-client");
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      if (!transaction.isEmpty()) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (JsonNode record : question.get("records")) sent.add(producer.send(recordOf(question, record)));
      producer.flush();
      for (Future<RecordMetadata> one : sent) offsets.add(one.get().offset());
      if (transaction.equals("commit")) producer.commitTransaction();
      if (transaction.equals("abort")) producer.abortTransaction();
    }
  }

  private static ProducerRecord<byte[], byte[]> recordOf(JsonNode question, JsonNode record) {
    Integer partition = question.has("partition") ? question.get("partition").asInt() : null;
    ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(
        question.get("topic").asText(), partition, bytes(record.path("key")), bytes(record.path("value")));
    for (JsonNode header : record.path("headers")) made.headers().add(header.get(0).asText(), bytes(header.get(1)));
    return made;
  }

  private static byte[] bytes(JsonNode base64) {
    return base64.isTextual() ? Base64.getDecoder().decode(base64.asText()) : null;
  }

  private void committed(String group, ArrayNode offsets) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> all =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    all.forEach((place, committed) -> {
      if (committed != null)
        offsets.addObject().put("topic", place.topic()).put("partition", place.partition())
            .put("offset", committed.offset()).put("metadata", committed.metadata());
    });
  }
}
