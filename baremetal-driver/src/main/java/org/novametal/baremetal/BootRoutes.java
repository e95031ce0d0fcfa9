package org.novametal.baremetal;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeStore;
import org.novametal.baremetal.inventory.OperationKind;
import org.novametal.baremetal.inventory.OperationRecord;
import org.novametal.baremetal.step.boot.BootScript;
import org.novametal.baremetal.step.deploy.ReadyImage;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpRequest;
import org.novametal.http.Route;

/**
 * What nodes fetch over HTTP on their way to an instance: boot script, deploy kernel and ramdisk, image. A node is given its
 * own things only, and only while an operation works on it.
 *
 * <pre>
 * /boot/NODE.ipxe    its boot script; a script that exits where the node has nothing to boot
 * /deploy/kernel     the deploy kernel, where it is a local file
 * /deploy/ramdisk    the deploy ramdisk, where it is a local file
 * /images/NODE       the raw image that is being put on it
 * </pre>
 */
final class BootRoutes {
    private static final String BOOT = "/boot/";
    private static final String KERNEL = "/deploy/kernel";
    private static final String RAMDISK = "/deploy/ramdisk";
    private static final String IMAGES = "/images/";

    private final NodeStore store;
    private final String kernel;
    private final String ramdisk;
    private final Optional<String> kernelAppend;
    private volatile URI base = URI.create("http://localhost/");

    /**
     * Makes the routes.
     *
     * @param kernel an http or https URL, or a local file
     * @param ramdisk an http or https URL, or a local file
     */
    BootRoutes(NodeStore store, String kernel, String ramdisk, Optional<String> kernelAppend) {
        this.store = store;
        this.kernel = kernel;
        this.ramdisk = ramdisk;
        this.kernelAppend = kernelAppend;
    }

    /** Sets the address that nodes are told, once it is known; it ends in a slash. */
    void baseIs(URI address) {
        base = address;
    }

    URI bootScript(UUID node) {
        return base.resolve(BOOT + node + ".ipxe");
    }

    URI image(UUID node) {
        return base.resolve(IMAGES + node);
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.under("GET", BOOT, this::answerBootScript));
        routes.add(Route.under("GET", IMAGES, this::answerImage));
        routes.add(Route.under("HEAD", IMAGES, this::answerImage));
        localFile(kernel).ifPresent(file -> routes.add(Route.at("GET", KERNEL, _ -> HttpAnswer.file(file))));
        localFile(ramdisk).ifPresent(file -> routes.add(Route.at("GET", RAMDISK, _ -> HttpAnswer.file(file))));
        return List.copyOf(routes);
    }

    private HttpAnswer answerBootScript(HttpRequest request) {
        String name = request.path().substring(BOOT.length());
        boolean boots = uuid(name.endsWith(".ipxe") ? name.substring(0, name.length() - ".ipxe".length()) : name)
                .flatMap(store::node)
                .flatMap(this::unfinished)
                .map(operation -> operation.kind() != OperationKind.DELETE)
                .orElse(false);
        String script = boots
                ? new BootScript(served(kernel, KERNEL), served(ramdisk, RAMDISK), base, kernelAppend).text()
                : BootScript.EXIT;
        return new HttpAnswer.Text(200, Map.of("Content-Type", "text/plain; charset=utf-8"), script);
    }

    private HttpAnswer answerImage(HttpRequest request) {
        Optional<ReadyImage> image = uuid(request.path().substring(IMAGES.length()))
                .flatMap(store::node)
                .flatMap(this::unfinished)
                .filter(operation -> operation.kind() == OperationKind.DEPLOY)
                .flatMap(operation -> ReadyImage.from(operation.memory()));
        return image.isPresent()
                ? HttpAnswer.file(image.get().file())
                : HttpAnswer.text(404, "no image is being put on that node\n");
    }

    private Optional<OperationRecord> unfinished(NodeRecord node) {
        return node.operation().flatMap(store::operation);
    }

    private URI served(String where, String path) {
        return localFile(where).isPresent() ? base.resolve(path) : URI.create(where);
    }

    private static Optional<Path> localFile(String where) {
        if (where.startsWith("http://") || where.startsWith("https://")) {
            return Optional.empty();
        }
        return Optional.of(where.startsWith("file:") ? Path.of(URI.create(where)) : Path.of(where));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            // Not a node's address; answered like an unknown node.
            return Optional.empty();
        }
    }
}
