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

package dev.lumoauth.docs.answers;

import dev.lumoauth.docs.answers.OrderTools.Shop;
import dev.lumoauth.spring.test.ScriptedChatModel;
import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import dev.lumoauth.spring.test.WithUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The answers about tools of an application's own.
 */
@SpringBootTest(properties = "spring.config.name=answers")
@AutoConfigureMockMvc
@WithAgent({ "orders:read", "payments:write" })
class AnswersTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private TestAgent agent;

	@Autowired
	private ScriptedChatModel model;

	@BeforeEach
	void obey() {
		this.model.reset();
	}

	@Test
	@WithUser("alice")
	void eachToolHasATokenOfItsOwnThatNamesTheUser() {
		assertThat(ask("orders")).contains("orders");
		assertThat(this.agent).exchangedOnBehalfOf("urn:orders", "alice").didNotExchangeFor("urn:payments");
		assertThat(ask("pay 17")).contains("17 paid");
		assertThat(this.agent).exchangedOnBehalfOf("urn:payments", "alice");
	}

	@Test
	@WithUser("bob")
	void theUserIsKnownInAStreamOnWhateverThread() {
		assertThat(ask("orders")).contains("orders").doesNotContain(Thread.currentThread().getName());
		assertThat(this.agent).exchangedOnBehalfOf("urn:orders", "bob");
	}

	@Test
	@WithUser("alice")
	@WithAgent("orders:read")
	void whatTheAgentMayNotUseIsNotOffered() {
		assertThat(ask("pay 17")).contains("agent lacks 'payments:write' capability.");
		assertThat(this.model.offeredTools()).containsExactly("orders");
		assertThat(this.agent).exchangedNothing();
	}

	private String ask(String question) {
		String answer = assertThat(this.mvc.get().uri("/chat?question={question}", question)).hasStatusOk()
			.bodyText()
			.actual();
		assertThat(answer).isNotNull();
		return answer;
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OrderTools.class, OrderChat.class })
	static class Application {

		@Bean
		ScriptedChatModel model() {
			return ScriptedChatModel.obeyingBlindly();
		}

		@Bean
		Shop shop() {
			return new Shop() {

				@Override
				public String orders(OAuth2AccessToken token) {
					return "orders, read by " + Thread.currentThread().getName();
				}

				@Override
				public String pay(String order, OAuth2AccessToken token) {
					return order + " paid";
				}

			};
		}

	}

}
