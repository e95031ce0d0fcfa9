package org.novametal.baremetal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpOptions;
import org.novametal.http.HttpService;
import org.novametal.http.Route;

/**
 * A rack of fake machines and an image server in a separate process. Writes the address of the image and a line for each
 * machine to the file {@code rack} of its folder, then prints {@code ready}, and ends when its standard input ends.
 *
 * <p>Arguments: the number of machines, the folder.
 */
final class RackProgram {
    private static final int IMAGE_BYTES = 1 << 20;
    private static final long DISK_BYTES = 1L << 30;

    private RackProgram() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int machines = Integer.parseInt(arguments[0]);
        Path folder = Path.of(arguments[1]);
        Path image = Files.write(folder.resolve("image"), FakeCloud.image(new Random(20130418), IMAGE_BYTES));
        try (HttpService images = HttpService.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(Route.at("GET", "/image", _ -> HttpAnswer.file(image))),
                        HttpOptions.DEFAULTS);
                FakeRack rack = FakeRack.start(new FakeRackSettings(
                        machines,
                        0,
                        FakeCloud.CREDENTIALS,
                        folder.resolve("machines"),
                        folder.resolve("dhcp"),
                        folder.resolve("serial"),
                        DISK_BYTES))) {
            List<String> lines = new ArrayList<>();
            lines.add(images.baseUri().resolve("/image").toString());
            for (FakeRack.Slot slot : rack.slots()) {
                FakeMachineSettings machine = slot.machine().settings();
                lines.add(String.join(
                        " ",
                        machine.systemUuid().toString(),
                        slot.bmc().toString(),
                        machine.macs().getFirst(),
                        machine.serialLog().toString()));
            }
            Files.write(folder.resolve("rack"), lines);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // The end of the input ends the program.
            }
        }
        System.exit(0);
    }
}
