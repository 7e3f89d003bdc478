package dev.nodepool.config;

import dev.nodepool.driver.config.ConfigSection;
import java.util.HashMap;
import java.util.Map;

/** What the secure file adds to disk images. Its other keys are nobody's business: it may be a copy of the main file. */
record SecureFile(ConfigSection section) {

    /** Environment variables by disk image. */
    Map<String, Map<String, String>> envVars(Map<String, DiskImageDraft> images) {
        section.allowUnread();
        var byImage = new HashMap<String, Map<String, String>>();
        for (var entry : section.sections("diskimages")) {
            var name = entry.requiredText("name");
            entry.require("env-vars");
            var image = images.get(name);
            if (image == null && !name.isBlank()) {
                entry.error("name", "no diskimage \"" + name + "\"");
            } else if (image != null && image.isAbstract()) {
                entry.error("name", "\"" + name + "\" is abstract");
            }
            byImage.computeIfAbsent(name, n -> new HashMap<>()).putAll(entry.secretTexts("env-vars"));
        }
        return byImage;
    }
}
