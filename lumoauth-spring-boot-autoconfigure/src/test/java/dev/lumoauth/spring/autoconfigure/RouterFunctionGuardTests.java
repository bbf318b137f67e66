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
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for router functions whose {@code @Bean} method is annotated, in WebFlux and in
 * Spring MVC.
 */
class RouterFunctionGuardTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final ReactiveWebApplicationContextRunner flux = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth))
		.withPropertyValues("lumoauth.url=http://localhost:1", "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cr3t", "lumoauth.verify-at-start=off",
				"lumoauth.user.issuers=" + TestUsers.ISSUER)
		.withUserConfiguration(WebFlux.class);

	private final WebApplicationContextRunner mvc = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth))
		.withPropertyValues("lumoauth.url=http://localhost:1", "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cr3t", "lumoauth.verify-at-start=off",
				"lumoauth.user.issuers=" + TestUsers.ISSUER)
		.withUserConfiguration(WebMvc.class);

	@BeforeEach
	@AfterEach
	void reset() {
		TestUsers.signOut();
		RUNS.set(0);
	}

	@Test
	void guardsTheRequestsOfAWebFluxRouter() {
		this.flux.run((context) -> {
			assertThat(context).hasNotFailed();
			WebTestClient client = WebTestClient.bindToApplicationContext(context).build();
			assertThat(this.lumoAuth.questions()).isEmpty();
			for (String path : List.of("/guarded", "/guarded/nested")) {
				assertStatus(client, path, HttpStatus.FORBIDDEN);
			}
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("read:documents");
			assertStatus(client, "/guarded", HttpStatus.OK);
			assertStatus(client, "/guarded/nested", HttpStatus.OK);
			assertThat(RUNS).hasValue(2);
		});
	}

	@Test
	void leavesTheRequestsOfOthersAloneInWebFlux() {
		this.flux.run((context) -> {
			WebTestClient client = WebTestClient.bindToApplicationContext(context).build();
			assertStatus(client, "/open", HttpStatus.OK);
			assertStatus(client, "/controller", HttpStatus.OK);
			assertStatus(client, "/nowhere", HttpStatus.NOT_FOUND);
			assertThat(this.lumoAuth.questions()).isEmpty();
		});
	}

	@Test
	void refusesInAnOutageInWebFlux() {
		this.lumoAuth.fail(new LumoAuthUnavailableException("down", null));
		this.flux.run((context) -> {
			assertStatus(WebTestClient.bindToApplicationContext(context).build(), "/guarded",
					HttpStatus.SERVICE_UNAVAILABLE);
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	@SuppressWarnings("unchecked")
	void guardsWhatIsMadeOfAWebFluxRouter() {
		this.flux.run((context) -> {
			RouterFunction<ServerResponse> router = context.getBean("guarded", RouterFunction.class);
			HandlerFunction<ServerResponse> other = (request) -> ServerResponse.notFound().build();
			RouterFunction<ServerResponse> none = (request) -> Mono.empty();
			for (RouterFunction<?> made : List.of(router.and(none), router.andOther(none),
					router.andRoute((request) -> false, other), router.andNest((request) -> false, router),
					router.withAttribute("a", "b"), router.withAttributes((attributes) -> attributes.put("a", "b")),
					router.filter((request, next) -> next.handle(request)), RouterFunctions.route().add(router).build(),
					RouterFunctions.nest((request) -> true, router))) {
				WebTestClient client = WebTestClient.bindToRouterFunction(made).build();
				client.get().uri("/guarded").exchange().expectStatus().is5xxServerError();
			}
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void runsTheHandlersOfAWebFluxRouterForTheUser() {
		this.flux.run((context) -> {
			WebTestClient client = WebTestClient.bindToApplicationContext(context).build();
			assertStatus(client, "/user", HttpStatus.FORBIDDEN);
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void writesTheBodyForTheUserInWebFlux() {
		this.flux.run((context) -> {
			for (String user : List.of("alice", "bob")) {
				WebTestClient client = WebTestClient.bindToApplicationContext(context)
					.webFilter((exchange, chain) -> chain.filter(exchange)
						.contextWrite(ReactiveSecurityContextHolder.withAuthentication(TestUsers.authentication(user))))
					.build();
				client.get()
					.uri("/user/written")
					.exchange()
					.expectStatus()
					.isOk()
					.expectBody(String.class)
					.isEqualTo("token-of-" + user);
			}
		});
	}

	@Test
	void guardsTheRequestsOfAWebMvcRouter() {
		this.mvc.run((context) -> {
			assertThat(context).hasNotFailed();
			MockMvcTester client = MockMvcTester.create(MockMvcBuilders.webAppContextSetup(context).build());
			assertThat(this.lumoAuth.questions()).isEmpty();
			assertThat(client.get().uri("/guarded")).hasStatus(HttpStatus.FORBIDDEN);
			assertThat(RUNS).hasValue(0);
			assertThat(client.get().uri("/open")).hasStatusOk();
			assertThat(client.get().uri("/controller")).hasStatusOk();
			assertThat(client.get().uri("/nowhere")).hasStatus(HttpStatus.NOT_FOUND);
			this.lumoAuth.grant("read:documents");
			assertThat(client.get().uri("/guarded")).hasStatusOk().hasBodyTextEqualTo("read");
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void runsTheHandlersOfAWebMvcRouterForTheUser() {
		this.mvc.run((context) -> {
			MockMvcTester client = MockMvcTester.create(MockMvcBuilders.webAppContextSetup(context).build());
			assertThat(client.get().uri("/user")).hasStatus(HttpStatus.FORBIDDEN);
			assertThat(RUNS).hasValue(0);
			TestUsers.as("alice", () -> {
				assertThat(client.get().uri("/user")).hasStatusOk().hasBodyTextEqualTo("token-of-alice");
				assertThat(client.get().uri("/user/written")).hasStatusOk().hasBodyTextEqualTo("token-of-alice");
				return "done";
			});
		});
	}

	@Test
	void refusesARouterThatIsDeclaredByItsClass() {
		this.flux.withUserConfiguration(OwnClass.class)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("returns a router function as a " + OwnRouter.class.getName()));
	}

	private static void assertStatus(WebTestClient client, String path, HttpStatus status) {
		client.get().uri(path).exchange().expectStatus().isEqualTo(status);
	}

	private static String run() {
		RUNS.incrementAndGet();
		UserToken user = UserScope.current();
		return (user != null) ? user.value() : "read";
	}

	@RestController
	static class Controller {

		@GetMapping("/controller")
		String controller() {
			return "open";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	static class WebFlux {

		@Bean
		Controller controller() {
			return new Controller();
		}

		@Bean
		@RequiresCapability("read:documents")
		RouterFunction<ServerResponse> guarded() {
			return RouterFunctions.route()
				.GET("/guarded", WebFlux::handle)
				.path("/guarded", (nested) -> nested.GET("/nested", WebFlux::handle))
				.build();
		}

		@Bean
		@OnBehalfOfUser
		RouterFunction<ServerResponse> user() {
			return RouterFunctions.route().GET("/user", WebFlux::handle).GET("/user/written", WebFlux::write).build();
		}

		@Bean
		RouterFunction<ServerResponse> open() {
			return RouterFunctions.route().GET("/open", (request) -> ServerResponse.ok().build()).build();
		}

		private static Mono<ServerResponse> write(ServerRequest request) {
			return ServerResponse.ok()
				.body(Mono.deferContextual(
						(context) -> Mono.justOrEmpty(ReactiveUserScope.current(context)).map(UserToken::value)),
						String.class);
		}

		private static Mono<ServerResponse> handle(ServerRequest request) {
			return ServerResponse.ok().bodyValue(run());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class WebMvc {

		@Bean
		Controller controller() {
			return new Controller();
		}

		@Bean
		@RequiresCapability("read:documents")
		org.springframework.web.servlet.function.RouterFunction<org.springframework.web.servlet.function.ServerResponse> guarded() {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/guarded", (request) -> org.springframework.web.servlet.function.ServerResponse.ok().body(run()))
				.build();
		}

		@Bean
		@OnBehalfOfUser
		org.springframework.web.servlet.function.RouterFunction<org.springframework.web.servlet.function.ServerResponse> user() {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/user", (request) -> org.springframework.web.servlet.function.ServerResponse.ok().body(run()))
				.GET("/user/written", (request) -> org.springframework.web.servlet.function.ServerResponse.ok()
					.build((written, response) -> {
						response.getWriter().write(run());
						return null;
					}))
				.build();
		}

		@Bean
		org.springframework.web.servlet.function.RouterFunction<org.springframework.web.servlet.function.ServerResponse> open() {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.GET("/open", (request) -> org.springframework.web.servlet.function.ServerResponse.ok().build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClass {

		@Bean
		@RequiresCapability("read:documents")
		OwnRouter ownRouter() {
			return new OwnRouter();
		}

	}

	static class OwnRouter implements RouterFunction<ServerResponse> {

		@Override
		public Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
			return Mono.empty();
		}

	}

}
