import java.net.InetSocketAddress;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** The least that a launcher could start: a web server that says OK once there is a ZooKeeper session. */
final class BareStart {

    public static void main(String... args) throws Exception {
        CuratorFramework client = CuratorFrameworkFactory.newClient(args[0], 30_000, 10_000, new RetryOneTime(1000));
        client.start();
        client.blockUntilConnected();
        client.checkExists().forPath("/nodepool");
        Server server = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "OK", callback);
                return true;
            }
        });
        server.start();
        server.join();
    }
}
