package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;

/** Drivers that go wrong when they are set up or closed, with images, or with hosts. */
final class DefectiveSurroundings {

    /** Holds what hangs, until the tests end. */
    static final CountDownLatch END = new CountDownLatch(1);

    private DefectiveSurroundings() {}

    static Stream<Defect> all() {
        return Stream.concat(openings(), Stream.concat(closings(), Stream.concat(images(), inventories())));
    }

    private static void hang() {
        try {
            END.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Stream<Defect> openings() {
        return Stream.of(
                new Defect(
                        "reads the same twice in two ways",
                        Check.SETTINGS,
                        "not equal",
                        new ToyDriver(ToyProvider::new) {
                            @Override
                            public ProviderSettings parse(ConfigSection section) {
                                var sound = super.parse(section);
                                return new Unequal(sound);
                            }

                            @Override
                            public Provider open(ProviderSettings settings, ProviderContext context)
                                    throws DriverException {
                                return super.open(settings instanceof Unequal odd ? odd.sound : settings, context);
                            }
                        },
                        false),
                new Defect(
                        "does not read a key",
                        Check.SETTINGS,
                        "unknown key",
                        new ToyDriver(ToyProvider::new) {
                            @Override
                            public ProviderSettings parse(ConfigSection section) {
                                return new Settings("", List.of());
                            }
                        },
                        true),
                new Defect(
                        "casts settings of others",
                        Check.OPEN,
                        "ClassCastException",
                        new ToyDriver(ToyProvider::new) {
                            @Override
                            public Provider open(ProviderSettings settings, ProviderContext context) {
                                return new ToyProvider(
                                        cloud, ((Settings) settings).region().isEmpty() ? context : context);
                            }
                        },
                        false),
                Defect.of("opens when the cloud answers", Check.OPEN, "held its caller", (cloud, context) -> {
                            hang();
                            return new ToyProvider(cloud, context);
                        })
                        .impatiently(),
                Defect.of(
                                "waits for its executor",
                                Check.CALLERS,
                                "list() held its caller",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public CompletableFuture<Listing<Instance>> list() {
                                        return CompletableFuture.completedFuture(CompletableFuture.supplyAsync(
                                                        () -> Listing.complete(cloud.all()), context.executor())
                                                .join());
                                    }
                                })
                        .impatiently());
    }

    /** Settings that are equal only to themselves. */
    private static final class Unequal implements ProviderSettings {
        private final ProviderSettings sound;

        Unequal(ProviderSettings sound) {
            this.sound = sound;
        }

        @Override
        public List<? extends dev.nodepool.driver.PoolSettings> pools() {
            return sound.pools();
        }

        @Override
        public List<dev.nodepool.driver.ProviderImage> images() {
            return sound.images();
        }
    }

    private static Stream<Defect> closings() {
        return Stream.of(
                Defect.of(
                                "waits when it is closed",
                                Check.CLOSE,
                                "held its caller",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    @Override
                                    public void close() {
                                        hang();
                                    }
                                })
                        .impatiently(),
                Defect.of(
                                "forgets its callers",
                                Check.CLOSE,
                                "did not end",
                                (cloud, context) -> new ToyProvider(cloud, context) {
                                    private volatile boolean over;

                                    @Override
                                    public void close() {
                                        over = true;
                                    }

                                    @Override
                                    void up(ExternalId id, CompletableFuture<Instance> answer) {
                                        if (!over) {
                                            super.up(id, answer);
                                        }
                                    }
                                })
                        .impatiently(),
                Defect.of(
                        "throws when it is closed",
                        Check.CLOSE,
                        "threw",
                        (cloud, context) -> new ToyProvider(cloud, context) {
                            private volatile boolean over;

                            @Override
                            public CompletableFuture<Listing<Instance>> list() {
                                if (over) {
                                    throw new IllegalStateException("closed");
                                }
                                return super.list();
                            }

                            @Override
                            public void close() {
                                super.close();
                                over = true;
                            }
                        }),
                Defect.of("leaves a thread", Check.THREADS, "toy-*", (cloud, context) -> {
                            var thread = new Thread(DefectiveSurroundings::hang, "toy-1");
                            thread.setDaemon(true);
                            thread.start();
                            return new ToyProvider(cloud, context);
                        })
                        .impatiently());
    }

    private static Stream<Defect> images() {
        return Stream.of(
                image("stores no marks", Check.IMAGE_UPLOAD, "without its mark", provider -> new ToyImages(provider) {
                    @Override
                    StoredImage stored(ExternalId id, ImageUpload upload) {
                        var marks = new java.util.HashMap<>(upload.metadata());
                        marks.remove(UPLOAD_ID);
                        return new StoredImage(id, upload.name(), marks);
                    }
                }),
                image("deletes images only once", Check.IMAGE_DELETE, "NOT_FOUND", provider -> new ToyImages(provider) {
                    @Override
                    public CompletableFuture<Void> delete(ExternalId id) {
                        return provider.cloud.images.containsKey(id)
                                ? super.delete(id)
                                : CompletableFuture.failedFuture(new DriverException(Fault.NOT_FOUND, "no such image"));
                    }
                }),
                image("keeps half an image", Check.IMAGE_FAILURE, "left an image", provider -> new ToyImages(provider) {
                            @Override
                            void broken(ExternalId id) {}
                        })
                        .impatiently());
    }

    private static Defect image(String what, Check check, String said, Function<ToyProvider, ImageStore> images) {
        return Defect.of(what, check, said, (cloud, context) -> new ToyProvider(cloud, context) {
            @Override
            public Optional<ImageStore> images() {
                return Optional.of(images.apply(this));
            }
        });
    }

    private static Stream<Defect> inventories() {
        return Stream.of(
                Defect.of(
                        "shuffles its hosts",
                        Check.HOSTS,
                        "something else",
                        (cloud, context) -> new ToyInventory(cloud, context) {
                            private boolean again;

                            @Override
                            public List<Host> hosts() {
                                var hosts = new ArrayList<>(super.hosts());
                                if (again) {
                                    Collections.reverse(hosts);
                                }
                                again = !again;
                                return hosts;
                            }
                        }),
                Defect.of(
                        "has hosts of no pool",
                        Check.HOSTS,
                        "which is unknown",
                        (cloud, context) -> new ToyInventory(cloud, context) {
                            @Override
                            public List<Host> hosts() {
                                return List.of(host("elsewhere", "one"));
                            }
                        }),
                Defect.of(
                        "reaches hosts at no address",
                        Check.PROBE,
                        "gave no address",
                        (cloud, context) -> new ToyInventory(cloud, context) {
                            @Override
                            public CompletableFuture<Addresses> probe(Host host) {
                                return super.probe(host).thenApply(x -> Addresses.NONE);
                            }
                        }),
                Defect.of(
                        "reaches everything",
                        Check.PROBE_FAILURE,
                        "did not fail",
                        (cloud, context) -> new ToyInventory(cloud, context) {
                            @Override
                            public CompletableFuture<Addresses> probe(Host host) {
                                return later(() -> new Addresses(host.name(), null, null, null));
                            }
                        }));
    }
}
