/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DevServer}.
 */
class DevServerTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	@Test
	void startsTheJarAndReadsHowToReachIt() throws IOException {
		try (ChildServer<DevServerConnection> server = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), null, LONG)) {
			assertThat(server.connection().url()).hasToString("http://127.0.0.1:9");
			assertThat(server.connection().tenant())
				.matches("--server.port=(9000|0),--dev.exit-with-process=" + ProcessHandle.current().pid());
		}
	}

	@Test
	void takesAnotherPortWhereTheUsualOneIsTaken() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(LocalPort.ifFree(taken.getLocalPort())).isZero();
		}
		int free;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			free = socket.getLocalPort();
		}
		assertThat(LocalPort.ifFree(free)).isEqualTo(free);
	}

	@Test
	void takesAnotherPortWhereAProcessWasFaster() throws IOException {
		try (ChildServer<DevServerConnection> server = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Late.class), null, LONG)) {
			assertThat(server.connection().tenant()).isEqualTo("--server.port=0");
		}
	}

	@Test
	void givesItASecretOfItsOwnThatIsNotShown() throws IOException {
		try (ChildServer<DevServerConnection> one = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), null, LONG);
				ChildServer<DevServerConnection> two = DevServer
					.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), null, LONG)) {
			String secret = one.connection().clientSecret();
			assertThat(secret).hasSize(32).isNotEqualTo(two.connection().clientSecret());
			assertThat(one.connection()).asString().doesNotContain(secret);
		}
	}

	@Test
	void keepsTheRestOfTheEnvironmentFromIt() throws IOException {
		try (ChildServer<DevServerConnection> server = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), null, LONG)) {
			assertThat(List.of(server.connection().clientId().split(","))).contains("LUMOAUTH_DEV_CLIENT_SECRET")
				.isSubsetOf("LUMOAUTH_DEV_CLIENT_SECRET", "PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL",
						"SYSTEMROOT", "SystemRoot", "PWD", "OLDPWD", "SHLVL", "_",
						"JAVA_MAIN_CLASS_" + ProcessHandle.current().pid());
		}
	}

	@Test
	void tellsItHowLongAPersonHas() throws IOException {
		try (ChildServer<DevServerConnection> server = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), Duration.ofSeconds(20), LONG)) {
			assertThat(List.of(server.connection().clientId().split(","))).contains("LUMOAUTH_DEV_REQUEST_LIFETIME");
		}
	}

	@Test
	void endsItAndRemovesItsFiles() throws IOException {
		ChildServer<DevServerConnection> server = DevServer
			.start(FakeDevServers.jar(this.directory, FakeDevServers.Ready.class), null, LONG);
		Path files = server.directory();
		assertThat(server.isAlive()).isTrue();
		assertThat(files).isDirectory();
		server.close();
		assertThat(server.isAlive()).isFalse();
		assertThat(files).doesNotExist();
	}

	@Test
	void saysWhatItSaidWhenItEnds() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(
					() -> DevServer.start(FakeDevServers.jar(this.directory, FakeDevServers.Failing.class), null, LONG)
						.close())
			.withMessageContaining("did not become ready: it ended")
			.withMessageContaining("No memory left");
	}

	@Test
	void doesNotWaitForEver() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> DevServer
				.start(FakeDevServers.jar(this.directory, FakeDevServers.Silent.class), null, Duration.ofMillis(50))
				.close())
			.withMessageContaining("--demo.start-timeout=");
		assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
	}

	@Test
	void refusesAnAnnouncementThatLacksSomething() {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> DevServer
				.start(FakeDevServers.jar(this.directory, FakeDevServers.Incomplete.class), null, LONG)
				.close())
			.withMessageContaining("AGENT_CLIENT_ID");
	}

	@Test
	void saysWhenTheJarIsNotThere() throws IOException {
		assertThatExceptionOfType(DemoStartException.class)
			.isThrownBy(() -> DevServer.start(new ClassPathResource("not-there.jar"), null, LONG).close())
			.withMessageContaining("mvn package");
		try (Stream<Path> left = Files.list(this.directory)) {
			assertThat(left).isEmpty();
		}
	}

}
