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

package dev.lumoauth.docs.aauth;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the service of docs/aauth.md lets nobody in who has not signed, and says how.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "lumoauth.aauth.resource.resource=https://orders.example.com",
				"lumoauth.aauth.resource.issuer=https://app.lumoauth.dev/orgs/acme-corp/api/v1",
				"lumoauth.aauth.resource.scopes=orders.read,orders.write", "spring.ai.mcp.client.enabled=false",
				"spring.config.location=optional:classpath:/none/" })
class OrdersSecurityTests {

	@LocalServerPort
	private int port;

	@Test
	void asksForASignature() throws Exception {
		HttpResponse<String> answer = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/v1/orders")).build(),
					HttpResponse.BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("Agent-Auth")).hasValue("httpsig");
		assertThat(answer.body()).contains("\"invalid_signature\"");
		assertThat(answer.headers().firstValue("Set-Cookie")).as("a session for whoever knocks").isEmpty();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OrdersSecurity.class)
	static class Orders {

	}

}
