import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** A Java VM that holds a ZooKeeper session and does nothing else: what an idle launcher is compared with. */
final class IdleSession {

    public static void main(String... args) throws InterruptedException {
        CuratorFramework client = CuratorFrameworkFactory.newClient(args[0], 30_000, 10_000, new RetryOneTime(1000));
        client.start();
        Thread.currentThread().join();
    }
}
