package id.lintas.bench;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.Stores;

/** Cells of Lintas' events on Kafka Streams, exactly once: see benchmarks/peers/README.md. */
public final class Job {
    private static final String[] INPUTS = {"lintas.beneficiary.v1", "lintas.cooperative.v1", "lintas.training.v1"};

    private Job() {}

    /** Runs until it is ended. Arguments: bootstrap, group, output topic, directory for state, threads. */
    public static void main(String[] arguments) throws InterruptedException {
        var streams = new KafkaStreams(topology(arguments[2]), settings(arguments));
        var over = new CountDownLatch(1);
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            over.countDown();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
        over.await();
        System.exit(1);
    }

    private static Topology topology(String output) {
        var text = Serdes.String();
        var store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Cells.STORE), text, text)
                .withCachingEnabled();
        return new Topology()
                .addSource("events", text.deserializer(), Serdes.ByteArray().deserializer(), INPUTS)
                .addProcessor("cells", Cells::new, "events")
                .addStateStore(store, "cells")
                .addSink("deltas", output, text.serializer(), text.serializer(), "cells");
    }

    private static Properties settings(String[] arguments) {
        var settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[4]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        return settings;
    }
}
