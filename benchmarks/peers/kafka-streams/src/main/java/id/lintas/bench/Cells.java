package id.lintas.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** One event to one change of a cell; what a subject's later events need is in the store. */
final class Cells implements Processor<String, byte[], String, String> {
    static final String STORE = "subjects";
    private static final ObjectReader EVENT = new ObjectMapper().readerFor(Event.class);
    private static final int KECAMATAN = 8;
    private static final int MONTH = 7;

    private ProcessorContext<String, String> context;
    private KeyValueStore<String, String> store;

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Event(String type, String subject, String time, JsonNode data) {}

    @Override
    public void init(ProcessorContext<String, String> given) {
        context = given;
        store = given.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        var event = read(record.value());
        var month = event.time().substring(0, MONTH);
        switch (event.type()) {
            case "id.lintas.family.enrolled.v1" -> come("families", event, month, record);
            case "id.lintas.membership.activated.v1" -> come("members", event, month, record);
            case "id.lintas.family.exited.v1", "id.lintas.graduation.approved.v1" -> leave("families", event, month, record);
            case "id.lintas.membership.lapsed.v1", "id.lintas.membership.resigned.v1" -> leave("members", event, month, record);
            case "id.lintas.session.attended.v1" -> attend(event, month, record);
            default -> change(event.type() + "|" + month, "1", record);
        }
    }

    private void come(String what, Event event, String month, Record<String, byte[]> record) {
        var kecamatan = event.data().get("region").textValue().substring(0, KECAMATAN);
        store.put(what + event.subject(), kecamatan);
        change(what + "|" + kecamatan + "|" + month, "1", record);
    }

    private void leave(String what, Event event, String month, Record<String, byte[]> record) {
        var kecamatan = store.get(what + event.subject());
        change(what + "|" + kecamatan + "|" + month, "-1", record);
    }

    private void attend(Event event, String month, Record<String, byte[]> record) {
        var key = "attended" + event.subject();
        var before = store.get(key);
        var times = String.valueOf(before == null ? 1 : Integer.parseInt(before) + 1);
        store.put(key, times);
        change("attended|" + times + "|" + month, "1", record);
    }

    private void change(String cell, String by, Record<String, byte[]> record) {
        context.forward(record.withKey(cell).withValue(by + " " + cell));
    }

    private static Event read(byte[] value) {
        try {
            return EVENT.readValue(value);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
