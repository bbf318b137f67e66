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

package dev.lumoauth.docs.beside;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.test.ScriptedChatModel;
import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import dev.lumoauth.spring.test.WithUser;
import dev.openfga.sdk.api.client.OpenFgaClient;
import dev.openfga.sdk.api.configuration.ClientConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of docs/beside.md, with a stand-in for OpenFGA's server.
 */
@SpringBootTest(properties = "spring.config.name=beside")
@WithAgent({ "invoices:read", "invoices:pay" })
class InvoiceTests {

	private static final List<String> asked = new ArrayList<>();

	private static HttpServer openFga;

	@Autowired
	private ChatClient.Builder builder;

	@Autowired
	private InvoiceTools tools;

	@Autowired
	private TestAgent agent;

	@BeforeAll
	static void start() throws IOException {
		openFga = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		openFga.createContext("/stores/01ARZ3NDEKTSV4RRFFQ69G5FAV/check", (exchange) -> {
			String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			asked.add(question);
			byte[] answer = ("{\"allowed\":" + question.contains("user:alice") + "}").getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		});
		openFga.start();
	}

	@AfterAll
	static void stop() {
		openFga.stop(0);
	}

	@BeforeEach
	void forget() {
		asked.clear();
	}

	@Test
	@WithUser("alice")
	void runsWhatAgentAndUserMayDo() {
		assertThat(ask("read 17")).contains("invoice 17");
		assertThat(this.agent).wasAllowed("invoices:read");
		assertThat(asked).singleElement().asString().contains("user:alice", "viewer", "invoice:17");
	}

	@Test
	@WithUser("bob")
	void refusesWhatTheUserMayNotDo() {
		assertThat(ask("read 17")).doesNotContain("invoice 17");
		assertThat(asked).isNotEmpty();
	}

	@Test
	@WithUser("alice")
	@WithAgent("invoices:pay")
	void refusesWhatTheAgentMayNotDo() {
		assertThat(ask("read 17")).isEqualTo("Error: agent lacks 'invoices:read' capability.");
		assertThat(asked).isEmpty();
	}

	@Test
	@WithUser(value = "alice", authorities = "ROLE_TREASURER")
	void asksAPersonAboutTheCallThatAgentAndUserMayMake() {
		assertThat(ask("pay 17")).startsWith("Approval pending: Pay invoice 17.");
		this.agent.approve("pay");
		assertThat(ask("pay 17")).contains("paid 17");
	}

	@Test
	@WithUser("alice")
	void paysNothingForAUserWithoutTheRole() {
		assertThat(ask("pay 17")).doesNotContain("paid 17");
		this.agent.approve("pay");
		assertThat(ask("pay 17")).doesNotContain("paid 17");
	}

	private String ask(String question) {
		return String.valueOf(this.builder.build().prompt(question).tools(this.tools).call().content());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EnableMethodSecurity
	@Import({ InvoiceTools.class, InvoiceRelations.class })
	static class Application {

		@Bean
		ScriptedChatModel model() {
			return ScriptedChatModel.obeyingBlindly();
		}

		@Bean
		OpenFgaClient openFga() throws Exception {
			return new OpenFgaClient(
					new ClientConfiguration().apiUrl("http://127.0.0.1:" + openFga.getAddress().getPort())
						.storeId("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
		}

	}

}
