package dev.nodepool.driver.conformance;

import java.util.Locale;

/** What the kit looks at, in the order it does. */
public enum Check {
    SETTINGS(
            Ability.ANY,
            "settings are read without problems, are equal when read twice, and have pools with labels of different names"),
    OPEN(Ability.ANY, "a provider opens without waiting for the cloud, and not with settings of another driver"),
    CALLERS(
            Ability.ANY,
            "no method that answers a future holds its caller, however busy the executor is, and each answers in the end"),
    LIMITS(Ability.MACHINES, "limits, needs and states of labels can be asked for and make sense"),
    CREATE(Ability.MACHINES, "a machine is created and then usable, with an id and an address"),
    EARLY_ID(Ability.MACHINES, "the id is told once, when the cloud has given it and not only when the machine is up"),
    METADATA(Ability.MACHINES, "a machine carries all its marks from the first moment it is listed"),
    LIST(
            Ability.MACHINES,
            "a complete listing shows every machine once, under the id that was told, with what it takes"),
    ZONE(Ability.MACHINES, "a machine is made in the zone that was asked for, and says so"),
    DELETE(Ability.MACHINES, "a deletion completes when the machine is gone, and not before"),
    DELETE_TWICE(Ability.MACHINES, "a machine can be deleted again, at the same time and afterwards"),
    UNKNOWN_ID(Ability.MACHINES, "to delete what never was is success, and its console is no surprise"),
    CANCELLATION(
            Ability.MACHINES, "a cancelled creation makes one machine at most, which can be deleted and stays away"),
    GIVING_UP(Ability.MACHINES, "after a cancellation nothing goes on waiting for the machine"),
    SEPARATE(Ability.MACHINES, "to cancel one listing or deletion harms no other"),
    FAULTS(Ability.MACHINES, "what can not be done fails by the future, with the fault that fits"),
    PROVOKED(Ability.PROVOCATIONS, "each provoked failure of the cloud is told as the fault that was expected"),
    CONCURRENCY(Ability.MACHINES, "many calls at the same time give each caller its own machine"),
    CONSOLE(Ability.MACHINES, "the console of a machine can be asked for"),
    RESOURCES(Ability.MACHINES, "what else can leak is listed, and what a deleted machine left can be deleted twice"),
    IMAGE_UPLOAD(Ability.IMAGES, "an image is stored once, with its name and its marks"),
    IMAGE_DELETE(Ability.IMAGES, "an image can be deleted twice, and one that never was"),
    IMAGE_FAILURE(Ability.IMAGES, "an image that can not be read fails, and no image is left"),
    HOSTS(
            Ability.INVENTORY,
            "hosts are told in an order that stays, belong to pools and labels of the settings, and differ"),
    PROBE(Ability.INVENTORY, "a probe gives an address or says why not, in time"),
    PROBE_FAILURE(Ability.INVENTORY, "a host that is not there fails its probe, in time"),
    CLOSE(Ability.ANY, "closing does not wait, ends what is under way, and can be done twice"),
    THREADS(Ability.ANY, "a provider that was closed leaves no thread behind");

    /** What a provider must have for a check to make sense. */
    enum Ability {
        ANY,
        MACHINES,
        IMAGES,
        INVENTORY,
        PROVOCATIONS
    }

    private final Ability ability;
    private final String demand;

    Check(Ability ability, String demand) {
        this.ability = ability;
        this.demand = demand;
    }

    Ability ability() {
        return ability;
    }

    /** Its name for people: {@code delete-twice}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a driver has to do to pass. */
    public String demand() {
        return demand;
    }
}
