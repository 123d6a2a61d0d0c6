"""Things that happen while a hub lives or does not: a service that goes on publishing, and one that goes on telling."""
import http.client
import threading
import time


class Load:
    """Events at a steady rate from two threads, until `stop`. What is told is told again until it is acknowledged, as services do."""

    def __init__(self, rig, asked_per_s=200, told_per_s=50):
        self.rig, self.asked, self.told = rig, asked_per_s, told_per_s
        self.ended = threading.Event()
        self.given_up = False
        self.lock = threading.Lock()
        self.refusals = 0
        self.threads = [threading.Thread(target=self.publish), threading.Thread(target=self.tell)]
        for thread in self.threads:
            thread.start()

    def publish(self):
        while not self.ended.wait(0.02):
            with self.lock:
                self.rig.happen(max(1, self.asked // 50))

    def tell(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.port, timeout=20)
        while not self.ended.wait(1 / self.told):
            with self.lock:
                body = self.rig.event("w")
            while not self.given_up and self.rig.post(body, connection) != 200:
                self.refusals += 1
                time.sleep(0.05)
        connection.close()

    def give_up(self):
        """Where a test has failed: nobody may be there any more who acknowledges."""
        self.given_up = True
        self.ended.set()

    def stop(self):
        """Waits until what was told is acknowledged: the hub must be there."""
        while len(self.rig.wanted) < 100:
            time.sleep(0.01)
        self.ended.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "an event was not acknowledged for a minute"
