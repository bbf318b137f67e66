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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.tool.LumoAuthFunctionTools;
import dev.lumoauth.spring.tool.ToolGuard;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LumoAuthToolAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class));

	@Test
	void standsEvenWhereLumoAuthIsNotConfigured() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(ToolGuard.class);
			ToolCallback tool = context.getBean(ToolGuard.class).guard(ToolCallbacks.from(new Tools())[0]);
			assertThat(tool.call("{}")).isEqualTo("Error: authorization is unavailable; try again later.");
		});
	}

	@Test
	void refusesWhatIsAnnotatedWhereLumoAuthIsTurnedOff() {
		this.runner.withPropertyValues("lumoauth.enabled=false").withUserConfiguration(Beans.class).run((context) -> {
			ToolCallback tool = context.getBean(ToolGuard.class)
				.guard(ToolCallbacks.from(context.getBean(Tools.class))[0]);
			assertThat(tool.call("{}")).isEqualTo("Error: authorization is unavailable; try again later.");
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> context.getBean(Tools.class).secret())
				.withMessageContaining("lumoauth.enabled");
		});
	}

	@Test
	void backsOffWithoutSpringAiAndLeavesTheBeansGuarded() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.ai", "io.modelcontextprotocol"))
			.withPropertyValues("lumoauth.enabled=false")
			.withUserConfiguration(PlainBeans.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("lumoAuthToolGuard");
				assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> context.getBean(Plain.class).secret());
			});
	}

	@Test
	void guardsToolsWithoutAChatClient() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.ai.chat.client"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ToolGuard.class)
				.doesNotHaveBean("lumoAuthToolGuardCustomizer"));
	}

	@Test
	void guardsToolsWithoutAnMcpServer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.modelcontextprotocol", "org.springframework.ai.mcp"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ToolGuard.class)
				.hasSingleBean(ChatClientBuilderCustomizer.class)
				.doesNotHaveBean("lumoAuthMcpToolPostProcessor"));
	}

	@Test
	void isNotInTheWayOfTheOneProviderThatAnApplicationHas() {
		ToolCallbackProvider own = ToolCallbackProvider.from(List.of());
		this.runner.withBean("own", ToolCallbackProvider.class, () -> own)
			.run((context) -> assertThat(context.getBean(ToolCallbackProvider.class))
				.isNotInstanceOf(LumoAuthFunctionTools.class));
		this.runner.run((context) -> assertThat(context.getBean(ToolCallbackProvider.class))
			.isSameAs(context.getBean(LumoAuthFunctionTools.class)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Tools tools() {
			return new Tools();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainBeans {

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	public static class Tools {

		@Tool
		@RequiresCapability("read:documents")
		public String secret() {
			return "secret";
		}

	}

	public static class Plain {

		@RequiresCapability("read:documents")
		public String secret() {
			return "secret";
		}

	}

}
