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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.tool.chat.ChatUser;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For whom a tool acts, with a real chat client, a real filter chain and several users at
 * once: always for whoever started the chat, on whatever thread the tool runs.
 */
@ParameterizedClass(name = "context-propagation={0}")
@ValueSource(strings = { "limited", "auto" })
class UserPropagationTests {

	private static final String NOBODY = "Error: this tool acts for a user, and no user is signed in.";

	private static final int ROUNDS = 80 * Integer.getInteger("tests.times", 1);

	private static final int THREADS = 16;

	private static ScriptedOpenAi model;

	/** By what they have besides what each of them has. */
	private static final Map<List<Class<?>>, ConfigurableApplicationContext> APPLICATIONS = new HashMap<>();

	@Parameter
	private String propagation;

	private ConfigurableApplicationContext context;

	@BeforeAll
	static void startModel() {
		model = new ScriptedOpenAi();
	}

	@AfterAll
	static void stopModel() {
		model.close();
	}

	@AfterEach
	void signOut() {
		TestUsers.signOut();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		APPLICATIONS.values().forEach(ConfigurableApplicationContext::close);
		APPLICATIONS.clear();
		Hooks.disableAutomaticContextPropagation();
	}

	private void start(Class<?>... more) {
		model.willCall("whoAmI", "{}");
		this.context = APPLICATIONS.computeIfAbsent(List.of(more), this::run);
	}

	private ConfigurableApplicationContext run(List<Class<?>> more) {
		return new SpringApplicationBuilder(Application.class).sources(more.toArray(Class<?>[]::new))
			.web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
					"--spring.main.banner-mode=off", "--spring.ai.openai.base-url=" + model.baseUrl(),
					"--spring.ai.openai.api-key=none", "--spring.ai.openai.max-retries=0",
					"--spring.ai.mcp.server.enabled=false", "--spring.ai.mcp.client.enabled=false",
					"--lumoauth.tenant=acme", "--lumoauth.user.issuers=" + TestUsers.ISSUER,
					"--lumoauth.client-id=agt_1", "--lumoauth.client-secret=unused",
					"--spring.reactor.context-propagation=" + this.propagation);
	}

	private ChatClient client() {
		return this.context.getBean(ChatClient.Builder.class).build();
	}

	@Test
	void neverUsesTheTokenOfOneUserForAnother() throws Exception {
		start();
		ChatClient client = client();
		List<Future<String>> answers = new ArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			for (int i = 0; i < ROUNDS; i++) {
				String user = (i % 2 == 0) ? "alice" : "bob";
				ChatMode mode = ChatMode.values()[(i / 2) % ChatMode.values().length];
				answers.add(threads
					.submit(() -> TestUsers.as(user, () -> mode.ask(client.prompt("go").tools(new Tools())))));
			}
			for (int i = 0; i < ROUNDS; i++) {
				assertThat(answers.get(i).get(2, TimeUnit.MINUTES)).as("round " + i)
					.isEqualTo((i % 2 == 0) ? "\"token-of-alice\"" : "\"token-of-bob\"");
			}
		}
		finally {
			threads.shutdownNow();
		}
		for (ChatMode mode : ChatMode.values()) {
			assertThat(mode.ask(client.prompt("go").tools(new Tools()))).as("afterwards").isEqualTo(NOBODY);
		}
	}

	@ParameterizedTest
	@EnumSource(ChatMode.class)
	void reachesAToolInEveryRequestBehindTheFilterChain(ChatMode mode) {
		start();
		assertThat(get(mode.name(), "alice")).isEqualTo("\"token-of-alice\"");
		assertThat(get(mode.name(), "bob")).isEqualTo("\"token-of-bob\"");
		assertThat(get("stream", "alice")).isEqualTo("\"token-of-alice\"");
		assertThat(get("stream", "bob")).isEqualTo("\"token-of-bob\"");
		assertThat(status(mode.name())).isEqualTo(HttpStatus.UNAUTHORIZED);
	}

	private String get(String path, String user) {
		return rest().get()
			.uri("/ask/" + path)
			.headers((headers) -> headers.setBearerAuth(TestUsers.token(user)))
			.retrieve()
			.body(String.class);
	}

	private HttpStatus status(String path) {
		return rest().get()
			.uri("/ask/" + path)
			.exchange((request, response) -> HttpStatus.valueOf(response.getStatusCode().value()));
	}

	private RestClient rest() {
		return RestClient.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port"));
	}

	@ParameterizedTest
	@EnumSource(ChatMode.class)
	void refusesAJobWithoutAUserAndRunsItForTheOneItNames(ChatMode mode) throws Exception {
		start();
		TestUsers.signIn("bob");
		ChatClient client = client();
		// Not the common pool: from Java 25 on it has a single thread on two cores, which
		// OpenAI's client needs for streams.
		ExecutorService job = Executors.newSingleThreadExecutor();
		try {
			assertThat(job.submit(() -> mode.ask(client.prompt("go").tools(new Tools()))).get(60, TimeUnit.SECONDS))
				.isEqualTo(NOBODY);
		}
		finally {
			job.shutdownNow();
		}
		ChatClient named = client.mutate().defaultAdvisors(ChatUser.of(TestUsers.token("carol"))).build();
		assertThat(mode.ask(named.prompt("go").tools(new Tools()))).isEqualTo("\"token-of-carol\"");
		ChatClient renamed = named.mutate().defaultAdvisors(ChatUser.of(TestUsers.token("dave"))).build();
		assertThat(mode.ask(renamed.prompt("go").tools(new Tools()))).isEqualTo("\"token-of-dave\"");
	}

	@ParameterizedTest
	@EnumSource(ChatMode.class)
	void actsForAUserInForceWhereTheChatStarts(ChatMode mode) {
		start();
		TestUsers.signIn("bob");
		assertThat(UserScope.call(UserToken.of(TestUsers.token("carol")),
				() -> mode.ask(client().prompt("go").tools(new Tools()))))
			.isEqualTo("\"token-of-carol\"");
	}

	@Test
	void keepsNobodyInARequestThatIsUsedAgain() {
		start();
		ChatClient.ChatClientRequestSpec request = client().prompt("go").tools(new Tools());
		for (String user : List.of("alice", "bob")) {
			assertThat(TestUsers.as(user, () -> request.call().content())).contains(TestUsers.token(user));
			assertThat(TestUsers.as(user, () -> ChatMode.joined(request.stream().content()).block()))
				.contains(TestUsers.token(user));
		}
		assertThat(request.call().content()).isEqualTo(NOBODY);
		assertThat(ChatMode.joined(request.stream().content()).block()).isEqualTo(NOBODY);
		ChatClient made = TestUsers.as("alice", () -> request.mutate().build());
		assertThat(made.prompt("go").call().content()).isEqualTo(NOBODY);
		assertThat(ChatMode.joined(made.prompt("go").stream().content()).block()).isEqualTo(NOBODY);
	}

	@Test
	void actsForWhoSubscribesToAStreamThatSomeoneElseAssembled() {
		start();
		Flux<String> stream = TestUsers.as("alice", () -> client().prompt("go").tools(new Tools()).stream().content());
		assertThat(TestUsers.as("bob", () -> ChatMode.joined(stream).block())).isEqualTo("\"token-of-bob\"");
	}

	@Test
	void reachesToolsThatRunAtTheSameTimeOnOtherThreads() {
		start(ParallelConfiguration.class);
		model.willCall("whoAmI", "{}", 4);
		for (ChatMode mode : ChatMode.values()) {
			for (String user : List.of("alice", "bob")) {
				String token = "\"" + TestUsers.token(user) + "\"";
				assertThat(TestUsers.as(user, () -> mode.ask(client().prompt("go").tools(new Tools())))).as(mode.name())
					.isEqualTo(String.join(",", token, token, token, token));
			}
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void reachesToolsOnVirtualThreads() throws Exception {
		start(ParallelConfiguration.class);
		ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		ExecutorService own = ParallelConfiguration.manager.runOn(threads);
		try {
			ChatClient client = client();
			List<Future<String>> answers = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				String user = (i % 2 == 0) ? "alice" : "bob";
				ChatMode mode = ChatMode.values()[(i / 2) % ChatMode.values().length];
				answers.add(threads
					.submit(() -> TestUsers.as(user, () -> mode.ask(client.prompt("go").tools(new Tools())))));
			}
			for (int i = 0; i < answers.size(); i++) {
				assertThat(answers.get(i).get(1, TimeUnit.MINUTES))
					.isEqualTo((i % 2 == 0) ? "\"token-of-alice\"" : "\"token-of-bob\"");
			}
		}
		finally {
			// Other tests have the same application.
			ParallelConfiguration.manager.runOn(own);
			threads.shutdownNow();
		}
	}

	@Test
	void knowsOnAClientMadeByHandOnlyTheUserOfTheThreadAndTheOneNamed() {
		start();
		ToolCallback tool = this.context.getBean("guardedCallback", ToolCallback.class);
		model.willCall("guardedCallback", "{}");
		ChatClient byHand = ChatClient.create(this.context.getBean(ChatModel.class));
		assertThat(byHand.prompt("go").tools(tool).call().content()).isEqualTo(NOBODY);
		TestUsers.signIn("bob");
		assertThat(byHand.prompt("go").tools(tool).call().content()).isEqualTo("\"token-of-bob\"");
		assertThat(byHand.prompt("go").tools(tool).advisors(ChatUser.of("token-of-carol")).call().content())
			.isEqualTo("\"token-of-carol\"");
		assertThat(ChatMode
			.joined(byHand.prompt("go").tools(tool).advisors(ChatUser.of("token-of-carol")).stream().content())
			.block()).isEqualTo("\"token-of-carol\"");
		assertThat(byHand.mutate()
			.defaultAdvisors(ChatUser.of("token-of-carol"))
			.build()
			.prompt("go")
			.tools(tool)
			.advisors(ChatUser.of("token-of-dave"))
			.call()
			.content()).isEqualTo("\"token-of-dave\"");
	}

	@Test
	void letsAToolThatIsTheAgentsOwnActForNobody() {
		start();
		model.willCall("agents", "{}");
		TestUsers.signIn("bob");
		assertThat(client().prompt("go").tools(new Tools()).advisors(ChatUser.of("token-of-carol")).call().content())
			.isEqualTo("\"nobody\"");
	}

	public static class Tools {

		@Tool
		@OnBehalfOfUser
		String whoAmI() {
			return seen();
		}

		@Tool
		String agents() {
			return seen();
		}

	}

	private static String seen() {
		UserToken user = UserScope.current();
		return (user != null) ? user.value() : "nobody";
	}

	@Configuration(proxyBeanMethods = false)
	static class ParallelConfiguration {

		/** As a bean it is a guarded one, of another class. */
		private static volatile ParallelManager manager;

		@Bean
		ParallelManager parallelManager() {
			manager = new ParallelManager();
			return manager;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	@RestController
	static class Application {

		private final ChatClient client;

		Application(ChatClient.Builder builder) {
			this.client = builder.build();
		}

		@GetMapping("/ask/{mode}")
		String ask(@PathVariable ChatMode mode) {
			return mode.ask(this.client.prompt("go").tools(new Tools()));
		}

		@GetMapping(path = "/ask/stream", produces = MediaType.TEXT_PLAIN_VALUE)
		Flux<String> stream() {
			return this.client.prompt("go").tools(new Tools()).stream().content();
		}

		@Bean
		static SecurityFilterChain chain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((server) -> server.opaqueToken(Customizer.withDefaults()))
				.build();
		}

		@Bean
		static OpaqueTokenIntrospector introspector() {
			return (token) -> new DefaultOAuth2AuthenticatedPrincipal(token, Map.of("sub", token),
					AuthorityUtils.NO_AUTHORITIES);
		}

		@Bean
		static FilterRegistrationBean<FilterChainProxy> filter(FilterChainProxy springSecurityFilterChain) {
			return new FilterRegistrationBean<>(springSecurityFilterChain);
		}

		@Bean
		@OnBehalfOfUser
		static ToolCallback guardedCallback() {
			return FunctionToolCallback.builder("guardedCallback", UserPropagationTests::seen).build();
		}

	}

}
