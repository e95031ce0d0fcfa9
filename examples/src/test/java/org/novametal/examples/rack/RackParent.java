package org.novametal.examples.rack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that starts a fake rack, prints its process id and the rack's first line, and waits to be killed. */
final class RackParent {
    private RackParent() {}

    /** Arguments: those of the rack. */
    public static void main(String[] arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FakeRackMain.class.getName()));
        command.addAll(List.of(arguments));
        Process rack = new ProcessBuilder(command).start();
        System.out.println(rack.pid());
        System.out.println(rack.inputReader().readLine());
        new CountDownLatch(1).await();
    }
}
