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

package dev.lumoauth.devserver;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a server that does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class DevServerRefusalsTests {

	@TempDir
	private Path directory;

	private CapturedOutput output;

	@BeforeEach
	void capture(CapturedOutput output) {
		this.output = output;
	}

	@Test
	void namesWhatIsWrongWithThePortForCertificates() throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			String port = String.valueOf(socket.getLocalPort());
			assertThat(failure("--server.port=0", "--dev.tls.port=" + port)).isEqualTo("""
					The LumoAuth dev server did not start: Port %s is in use
					Stop the other process, or choose another port with dev.tls.port (0 for any free one)
					""".formatted(port));
		}
		assertThat(failure("--server.port=0", "--dev.tls.port=0", "--dev.tls.trusted-certificates=missing.pem"))
			.contains("dev.tls.trusted-certificates can't be read")
			.hasLineCount(2);
		assertThat(failure("--server.port=0", "--dev.tls.port=0", "--dev.tls.certificate=file:missing.pem",
				"--dev.tls.private-key=file:missing.key"))
			.contains("dev.tls.certificate or dev.tls.private-key can't be read")
			.hasLineCount(2);
	}

	@Test
	void refusesToListenBeyondTheLoopbackInterface() throws Exception {
		assertThat(failure("--server.port=0", "--server.address=0.0.0.0"))
			.isEqualTo("The LumoAuth dev server did not start: The dev server is for development only and listens on"
					+ " the loopback interface only, not on 0.0.0.0\n"
					+ "Remove server.address (SERVER_ADDRESS), or set it to 127.0.0.1\n");
	}

	@Test
	void namesWhatIsWrongWithItsOptions() throws Exception {
		assertThat(failure("--server.port=99999")).contains("There is no port 99999").hasLineCount(2);
		assertThat(failure("--dev.config=missing.yml")).contains("There is no ", "missing.yml").hasLineCount(2);
		assertThat(failure("--dev.exit-with-parents=true")).contains("There is no property dev.exit-with-parents")
			.hasLineCount(2);
		assertThat(failure("--dev.limits.token-requests-per-minute=many"))
			.contains("dev.limits.token-requests-per-minute", "many")
			.hasLineCount(2);
	}

	@Test
	void namesWhatIsWrongWithItsFile() throws Exception {
		Path file = this.directory.resolve("wrong.yml");
		Files.writeString(file, "dev:\n  tenants:\n  - slug: a b\n");
		assertThat(failure("--dev.config=" + file)).contains("dev.tenants[0]", "'slug' of a tenant").hasLineCount(2);
		Files.writeString(file, "dev:\n  tenants:\n  - slug: ab\n   agents: [");
		assertThat(failure("--dev.config=" + file)).contains("is not YAML", "line 4").doesNotContain("\tat ");
	}

	/**
	 * Return what is printed.
	 */
	private String failure(String... arguments) {
		int before = this.output.length();
		assertThat(DevServer.start(arguments)).isFalse();
		return this.output.toString().substring(before).replace(System.lineSeparator(), "\n");
	}

}
