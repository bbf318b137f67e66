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

package dev.lumoauth.spring.test;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;

import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.annotation.Tool;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WithScriptedModel}.
 */
class WithScriptedModelTests {

	@Nested
	@SpringBootTest(classes = OneModel.class)
	@WithScriptedModel
	@WithAgent("read:documents")
	class AnApplicationWithAModel {

		@RepeatedTest(2)
		void isAnsweredByTheScript(@Autowired ChatClient.Builder chat, @Autowired ScriptedChatModel model,
				@Autowired ApplicationContext context) {
			assertThat(model.prompts()).isEmpty();
			model.script((script) -> script.calls("search", Map.of("query", "Q3")).answers("Three."));
			assertThat(chat.build().prompt("How was Q3?").tools(new Documents()).call().content()).isEqualTo("Three.");
			assertThat(model.toolResults()).singleElement().asString().contains("3 documents about Q3");
			assertThat(context.getBeanNamesForType(ChatModel.class)).containsExactly("keyedModel");
		}

		@Test
		@WithAgent
		void isGuarded(@Autowired ChatClient.Builder chat, @Autowired ScriptedChatModel model) {
			model.script((script) -> script.calls("search", Map.of("query", "Q3")).evenIfNotOffered().answers("None."));
			assertThat(chat.build().prompt("How was Q3?").tools(new Documents()).call().content()).isEqualTo("None.");
			assertThat(model.toolResults()).containsExactly("Error: agent lacks 'read:documents' capability.");
		}

	}

	@Nested
	@SpringBootTest(classes = TwoModels.class)
	@WithScriptedModel
	class AnApplicationWithTwoModels {

		@Test
		void hasBothReplaced(@Autowired @Qualifier("cheap") ChatModel cheap, @Autowired @Local ChatModel local,
				@Autowired ChatModel model, @Autowired Map<String, ChatModel> all) {
			assertThat(all).containsOnlyKeys("large", "small")
				.allSatisfy((name, each) -> assertThat(each).isInstanceOf(ScriptedChatModel.class));
			assertThat(model).isSameAs(all.get("large"));
			assertThat(cheap).isSameAs(all.get("small"));
			assertThat(local).isSameAs(cheap);
		}

	}

	@Nested
	@SpringBootTest(classes = NoModel.class)
	@WithScriptedModel
	class AnApplicationWithoutAModel {

		@Test
		void hasOne(@Autowired ChatModel model) {
			assertThat(model).isInstanceOf(ScriptedChatModel.class);
		}

	}

	@Nested
	@SpringBootTest(classes = ScriptedAlready.class)
	@WithScriptedModel
	class AnApplicationWithAScriptedModelOfItsOwn {

		@Test
		void keepsIt(@Autowired ScriptedChatModel model) {
			assertThat(model.call("anything")).isEqualTo("Mine.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OneModel {

		@Bean
		KeyedModel keyedModel() {
			throw new IllegalStateException("There is no key");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TwoModels {

		@Bean
		@Primary
		ChatModel large() {
			throw new IllegalStateException("There is no key");
		}

		@Bean
		@Qualifier("cheap")
		@Local
		ChatModel small() {
			throw new IllegalStateException("There is no key");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class NoModel {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ScriptedAlready {

		@Bean
		ScriptedChatModel model() {
			return new ScriptedChatModel((script) -> script.answers("Mine."));
		}

	}

	@Qualifier
	@Retention(RetentionPolicy.RUNTIME)
	@interface Local {

	}

	static class KeyedModel implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			throw new IllegalStateException("There is no key");
		}

	}

	static class Documents {

		@Tool
		@RequiresCapability("read:documents")
		String search(String query) {
			return "3 documents about " + query;
		}

	}

}
