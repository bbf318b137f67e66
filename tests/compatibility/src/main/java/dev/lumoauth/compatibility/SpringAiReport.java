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

package dev.lumoauth.compatibility;

import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What works with Spring AI.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.ai.chat.client.ChatClient")
class SpringAiReport {

	@Bean
	ChatModel model() {
		return new ObedientModel();
	}

	@Bean
	Tools tools() {
		return new Tools();
	}

	@Bean
	ApplicationRunner chat(ChatClient.Builder builder, Tools tools) {
		ChatClient client = builder.build();
		return (args) -> {
			CompatibleApplication.say("tool", client.prompt("search").tools(tools).call().content());
			CompatibleApplication.say("refused tool", client.prompt("erase").tools(tools).call().content());
		};
	}

	static class Tools {

		@Tool
		@RequiresCapability("read:documents")
		String search() {
			return "3 documents";
		}

		@Tool
		@RequiresCapability("delete:documents")
		String erase() {
			return "erased";
		}

	}

}
