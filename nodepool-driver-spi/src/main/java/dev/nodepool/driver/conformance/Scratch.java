package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.Timer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A driver and what it may be checked with: a provider section of a cloud in which machines can be made and deleted at
 * will. Everything the kit makes carries marks of its own, and it deletes nothing else. Immutable; the methods answer
 * changed copies.
 */
public final class Scratch {

    final ProviderDriver driver;
    final String provider;
    final Callable<? extends ProviderSettings> settings;
    final @Nullable Choice choice;
    final @Nullable ExternalId image;
    final @Nullable Path imageFile;
    final InstantSource clock;
    final @Nullable Timer timer;
    final Patience patience;
    final List<Provocation> provocations;

    /** Which label to launch. */
    record Choice(String pool, String label) {}

    private Scratch(
            ProviderDriver driver,
            String provider,
            Callable<? extends ProviderSettings> settings,
            @Nullable Choice choice,
            @Nullable ExternalId image,
            @Nullable Path imageFile,
            InstantSource clock,
            @Nullable Timer timer,
            Patience patience,
            List<Provocation> provocations) {
        this.driver = driver;
        this.provider = provider;
        this.settings = settings;
        this.choice = choice;
        this.image = image;
        this.imageFile = imageFile;
        this.clock = clock;
        this.timer = timer;
        this.patience = patience;
        this.provocations = List.copyOf(provocations);
    }

    /**
     * With settings that are read elsewhere.
     *
     * @param provider name of the provider
     * @param settings reads the provider section anew each time it is called
     */
    public static Scratch of(ProviderDriver driver, String provider, Callable<? extends ProviderSettings> settings) {
        return new Scratch(
                driver,
                provider,
                settings,
                null,
                null,
                null,
                InstantSource.system(),
                null,
                Patience.DEFAULT,
                List.of());
    }

    /**
     * With settings that are read as the core reads them, so that unknown keys are errors.
     *
     * @param section the provider section as Java values: maps with text keys, lists, texts, numbers and booleans; must
     *     have a {@code name}
     */
    public static Scratch of(ProviderDriver driver, Map<String, ?> section) {
        return of(driver, String.valueOf(section.get("name")), () -> WrittenSection.read(driver, section));
    }

    /** Which label to launch; else the first one that needs no disk image, or the first one when {@link #image} is given. */
    public Scratch label(String pool, String label) {
        return copy(new Choice(pool, label), image, imageFile, clock, timer, patience, provocations);
    }

    /** The image in the cloud that machines boot from, when their label has a disk image. */
    public Scratch image(ExternalId id) {
        return copy(choice, id, imageFile, clock, timer, patience, provocations);
    }

    /** The image to upload, for clouds that look into it; else an empty one of a few KiB. */
    public Scratch imageFile(Path file) {
        return copy(choice, image, file, clock, timer, patience, provocations);
    }

    /** Time for the provider, e.g. that of a fake cloud; else real time. It must run by itself. */
    public Scratch time(InstantSource theClock, Timer theTimer) {
        return copy(choice, image, imageFile, theClock, theTimer, patience, provocations);
    }

    public Scratch patience(Patience thePatience) {
        return copy(choice, image, imageFile, clock, timer, thePatience, provocations);
    }

    /** Adds a failure that the kit shall provoke. */
    public Scratch provoking(Provocation provocation) {
        var all = new ArrayList<>(provocations);
        all.add(provocation);
        return copy(choice, image, imageFile, clock, timer, patience, all);
    }

    Optional<Choice> choice() {
        return Optional.ofNullable(choice);
    }

    private Scratch copy(
            @Nullable Choice newChoice,
            @Nullable ExternalId newImage,
            @Nullable Path newImageFile,
            InstantSource newClock,
            @Nullable Timer newTimer,
            Patience newPatience,
            List<Provocation> newProvocations) {
        return new Scratch(
                driver,
                provider,
                settings,
                newChoice,
                newImage,
                newImageFile,
                newClock,
                newTimer,
                newPatience,
                newProvocations);
    }
}
