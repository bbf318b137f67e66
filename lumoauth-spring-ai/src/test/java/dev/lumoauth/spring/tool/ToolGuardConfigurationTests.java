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

package dev.lumoauth.spring.tool;

import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.tool.chat.ToolGuardConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The guard around tools in an application context of plain Spring.
 */
class ToolGuardConfigurationTests {

	@Test
	void aToolBeanIsRefusedWithoutTheCapabilityAndRunsWithIt() {
		try (AnnotationConfigApplicationContext context = context(getClass().getClassLoader())) {
			ToolCallback tool = context.getBean(ToolCallback.class);
			AtomicInteger runs = context.getBean(AtomicInteger.class);
			assertThat(tool.call("{}")).startsWith("Error: ").contains("read:documents");
			assertThat(runs).hasValue(0);
			context.getBean(FakeDecisions.class).grant("read:documents");
			assertThat(tool.call("{}")).contains("secret");
			assertThat(runs).hasValue(1);
		}
	}

	@Test
	void chatClientsAndAnMcpServerAreGuardedWhereThereAreAny() {
		try (AnnotationConfigApplicationContext context = context(getClass().getClassLoader())) {
			assertThat(context.getBeansOfType(ChatClientBuilderCustomizer.class)).hasSize(1);
			assertThat(context.getBeansOfType(ToolBeanPostProcessor.class)).hasSize(2);
		}
	}

	@Test
	void theGuardStandsWithoutChatClientsAndWithoutAnMcpServer() {
		try (AnnotationConfigApplicationContext context = context(
				new FilteredClassLoader("org.springframework.ai.chat.client", "io.modelcontextprotocol"))) {
			assertThat(context.containsBean("lumoAuthToolGuardCustomizer")).isFalse();
			assertThat(context.containsBean("lumoAuthChatClientPostProcessor")).isFalse();
			assertThat(context.getBeansOfType(ToolBeanPostProcessor.class))
				.containsOnlyKeys("lumoAuthToolBeanPostProcessor");
			assertThat(context.getBean(ToolCallback.class).call("{}")).startsWith("Error: ").contains("read:documents");
		}
	}

	private static AnnotationConfigApplicationContext context(ClassLoader classLoader) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.setClassLoader(classLoader);
		context.register(Application.class);
		context.refresh();
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ MethodGuardConfiguration.class, ToolGuardConfiguration.class })
	static class Application {

		@Bean
		FakeDecisions decisions() {
			return new FakeDecisions();
		}

		@Bean
		ToolGuard toolGuard(FakeDecisions decisions) {
			return TestGuards.of(decisions);
		}

		@Bean
		AtomicInteger runs() {
			return new AtomicInteger();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback documents(AtomicInteger runs) {
			return FunctionToolCallback.builder("documents", () -> {
				runs.incrementAndGet();
				return "secret";
			}).description("Reads documents").inputType(Void.class).build();
		}

	}

}
