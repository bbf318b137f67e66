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

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.reactive.function.server.MockServerRequest;
import org.springframework.web.reactive.function.server.EntityResponse;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for router functions and their handlers, in WebFlux and in Spring MVC.
 */
class RouterFunctionGuardTests {

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth));

	@ParameterizedTest
	@ValueSource(classes = { WebFlux.class, WebMvc.class, OwnClass.class })
	void refusesARouterWhoseBeanMethodIsAnnotated(Class<?> type) {
		this.runner.withUserConfiguration(type)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("The @Bean method of 'router' (RouterFunctionGuardTests.java:")
				.hasMessageContaining("its handlers run later, without a check"));
	}

	@ParameterizedTest
	@ValueSource(classes = { FluxHandlers.class, MvcHandlers.class, MakesHandlers.class, EntityHandlers.class,
			GenericHandlers.class })
	void refusesAHandlerThatActsForTheUser(Class<?> type) {
		this.runner.withUserConfiguration(type)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("acts for the user and returns a ServerResponse: its body is written later"));
	}

	@Test
	void guardsAHandler() {
		this.runner.withBean(Handlers.class).run((context) -> {
			RouterFunction<ServerResponse> router = RouterFunctions.route((any) -> true,
					context.getBean(Handlers.class)::handle);
			MockServerRequest request = MockServerRequest.builder().build();
			Mono<?> response = router.route(request).flatMap((handler) -> handler.handle(request));
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(response::block);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class WebFlux {

		@Bean
		@RequiresCapability("read:documents")
		RouterFunction<ServerResponse> router() {
			return RouterFunctions.route().GET("/", (request) -> ServerResponse.ok().build()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WebMvc {

		@Bean
		@OnBehalfOfUser
		org.springframework.web.servlet.function.RouterFunction<?> router() {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/", (request) -> org.springframework.web.servlet.function.ServerResponse.ok().build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClass {

		@Bean
		@RequiresCapability("read:documents")
		OwnRouter router() {
			return new OwnRouter();
		}

	}

	static class OwnRouter implements RouterFunction<ServerResponse> {

		@Override
		public Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
			return Mono.empty();
		}

	}

	static class Handlers {

		@RequiresCapability("read:documents")
		public Mono<ServerResponse> handle(ServerRequest request) {
			return ServerResponse.ok().build();
		}

	}

	static class FluxHandlers {

		@OnBehalfOfUser
		public Mono<ServerResponse> handle(ServerRequest request) {
			return ServerResponse.ok().build();
		}

	}

	static class MvcHandlers {

		@OnBehalfOfUser
		public org.springframework.web.servlet.function.ServerResponse handle() {
			return org.springframework.web.servlet.function.ServerResponse.ok().build();
		}

	}

	static class EntityHandlers {

		@OnBehalfOfUser
		public Mono<EntityResponse<String>> handle(ServerRequest request) {
			return EntityResponse.fromObject("text").build();
		}

	}

	static class GenericHandlers {

		@OnBehalfOfUser
		public <T extends org.springframework.web.servlet.function.ServerResponse> T handle(T response) {
			return response;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesHandlers {

		@Bean
		@OnBehalfOfUser
		Handlers handlers() {
			return new Handlers();
		}

	}

}
