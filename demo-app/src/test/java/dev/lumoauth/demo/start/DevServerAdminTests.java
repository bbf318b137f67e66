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
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DevServerAdmin}.
 */
class DevServerAdminTests {

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private HttpServer server;

	private int status = 200;

	private DevServerAdmin admin;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			byte[] body = "{\"access_token\":\"t\",\"expires_in\":60,\"scope\":\"a\"}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(this.status, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.start();
		this.admin = new DevServerAdmin(new DevServerConnection(
				URI.create("http://127.0.0.1:" + this.server.getAddress().getPort()), "acme-corp", "agt_1", "secret"));
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void takesACapability() {
		this.admin.deny("read:documents");
		assertThat(this.requests)
			.containsExactly("DELETE /dev/tenants/acme-corp/agents/agt_1/capabilities/read:documents");
	}

	@Test
	void spendsTheBudget() {
		this.admin.exhaustBudget();
		assertThat(this.requests).containsExactly("POST /dev/tenants/acme-corp/agents/agt_1/budget/exhaust");
	}

	@Test
	void signsAUserIn() {
		OAuth2AccessToken token = this.admin.userToken("alice");
		assertThat(this.requests).containsExactly("POST /dev/tenants/acme-corp/users/alice/token");
		assertThat(token.getTokenValue()).isEqualTo("t");
		assertThat(Duration.between(token.getIssuedAt(), token.getExpiresAt())).hasSeconds(60);
	}

	@Test
	void saysWhichUserIsNotThere() {
		this.status = 404;
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> this.admin.userToken("carol"))
			.withMessageContaining("--demo.user=carol")
			.withMessageContaining("404");
	}

	@Test
	void saysWhichOptionFailed() {
		this.status = 404;
		assertThatExceptionOfType(DemoStartException.class).isThrownBy(() -> this.admin.deny("read:documents"))
			.withMessageContaining("--demo.deny=read:documents")
			.withMessageContaining("404");
	}

}
