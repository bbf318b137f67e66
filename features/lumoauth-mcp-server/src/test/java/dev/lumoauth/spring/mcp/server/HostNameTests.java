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

package dev.lumoauth.spring.mcp.server;

import io.netty.handler.codec.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ways in which clients name the server: by HTTP/2's {@code :authority}, of which
 * Tomcat makes no {@code Host}, and with or without the usual port.
 */
@ExtendWith({ ServedMcp.Extension.class, OutputCaptureExtension.class })
class HostNameTests {

	private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{}}";

	private final ServedMcp served;

	HostNameTests(ServedMcp served) {
		this.served = served;
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void servesHttp2(String web) {
		try (ServedMcp.Server server = this.served.start(web, "STATELESS", "SYNC", "server.http2.enabled=true")) {
			String authority = "localhost:" + server.port();
			assertThat(status(server, "POST", "/mcp", authority)).isEqualTo("HTTP/2.0 200 OK");
			assertThat(status(server, "GET", "/.well-known/oauth-protected-resource/mcp", authority))
				.isEqualTo("HTTP/2.0 200 OK");
			assertThat(status(server, "POST", "/mcp", "rebound.example")).contains(" 421 ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, https://mcp.example.com/mcp, mcp.example.com:443",
			"REACTIVE, https://mcp.example.com/mcp, mcp.example.com:443",
			"SERVLET, https://mcp.example.com:443/mcp, mcp.example.com",
			"SERVLET, https://mcp.example.com:8443/mcp, mcp.example.com:8443" })
	void servesItsOwnNameWithAndWithoutTheUsualPort(String web, String resource, String host) {
		try (ServedMcp.Server server = this.served.start(web, "STATELESS", "SYNC",
				"lumoauth.mcp.server.resource=" + resource)) {
			String[] headers = { "Host: " + host, "Authorization: Bearer " + this.served.issuer.token() };
			assertThat(RawHttp.call(server.port(), "/mcp", "open", headers).status()).isEqualTo(200);
			headers[0] = "Host: mcp.example.com:444";
			assertThat(RawHttp.call(server.port(), "/mcp", "open", headers).status()).isEqualTo(421);
		}
	}

	@Test
	void strangersDoNotFillTheLog(CapturedOutput output) {
		try (ServedMcp.Server server = this.served.start("SERVLET", "STATELESS", "SYNC")) {
			for (int i = 0; i < 30; i++) {
				RawHttp.call(server.port(), "/mcp", "open", "Host: h" + i + ".example");
			}
			RawHttp.call(server.port(), "/mcp", "open", "Host: localhost", "Origin: https://page.example");
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("Refused: a request to the MCP server")))
			.hasSize(11)
			.filteredOn((line) -> line.contains("add it to lumoauth.mcp.server.allowed-hosts"))
			.hasSize(10);
		assertThat(output).contains("the Origin 'https://page.example'");
	}

	private String status(ServedMcp.Server server, String method, String path, String authority) {
		return HttpClient.create()
			.protocol(HttpProtocol.H2C)
			.headers((headers) -> headers.set("Authorization", "Bearer " + this.served.issuer.token())
				.set("Content-Type", "application/json")
				.set("Host", authority)
				.set("Accept", "application/json, text/event-stream"))
			.request(HttpMethod.valueOf(method))
			.uri("http://127.0.0.1:" + server.port() + path)
			.send(ByteBufMono.fromString(Mono.just(method.equals("POST") ? LIST : "")))
			.responseSingle(
					(response, body) -> body.then(Mono.just(response.version() + " " + response.status().toString())))
			.block();
	}

}
