package org.novametal.driver.model;

import java.util.List;
import java.util.Optional;

/** What a spawn and a rebuild have in common: an image, and what goes with it. */
public sealed interface DeployRequest extends OperationRequest permits SpawnRequest, RebuildRequest {
    /** The image to write. */
    ImageMeta image();

    /** Its networks, in order; the first is the one it boots by. */
    List<NetworkInterface> networks();

    /** The disks beside the image. */
    BlockDevices blockDevices();

    /** Files to put inside. */
    List<InjectedFile> injectedFiles();

    /**
     * The password of its administrator. Nova always sets one, so it alone is never a reason to refuse; {@link
     * InstanceOperation#unused()} says when it was not used.
     */
    Optional<Secret> adminPassword();

    /** The content of the config drive. */
    ConfigDrive configDrive();

    /** How user data, keys and other metadata reach the guest. */
    MetadataDelivery metadataDelivery();
}
