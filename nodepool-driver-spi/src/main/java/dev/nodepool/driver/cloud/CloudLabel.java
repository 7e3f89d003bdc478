package dev.nodepool.driver.cloud;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.LabelSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A label of a pool of a cloud. It has either a disk image or a cloud image, and a flavor name, a least RAM or both.
 *
 * @param minRam least memory of the flavor in MiB
 * @param flavorName exact name or id when alone; with {@code minRam} a part of the name
 * @param keyName SSH key of the cloud to put on the machine
 * @param volumeSize size of the boot volume in GB, when {@code bootFromVolume}
 * @param instanceProperties metadata of the server
 * @param dynamicInstanceProperties metadata of the server whose values name fields of the request in braces
 * @param userdata what cloud-init gets; may be secret
 * @param networks names or ids; the pool's when the label names none
 * @param access how machines are reached; of a disk image only connection type and port, the rest comes with its upload
 */
public record CloudLabel(
        String name,
        Optional<String> diskImage,
        Optional<String> cloudImage,
        Optional<Integer> minRam,
        Optional<String> flavorName,
        Optional<String> keyName,
        boolean consoleLog,
        boolean bootFromVolume,
        int volumeSize,
        Map<String, String> instanceProperties,
        Map<String, String> dynamicInstanceProperties,
        Optional<String> userdata,
        List<String> networks,
        boolean hostKeyChecking,
        Access access)
        implements LabelSettings {

    public static final int DEFAULT_VOLUME_SIZE = 50;

    public CloudLabel {
        instanceProperties = Map.copyOf(instanceProperties);
        dynamicInstanceProperties = Map.copyOf(dynamicInstanceProperties);
        networks = List.copyOf(networks);
    }

    /** Only the name: user data and properties may be secret. */
    @Override
    public String toString() {
        return "CloudLabel[" + name + "]";
    }
}
