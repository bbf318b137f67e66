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

package dev.lumoauth.spring.http.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.UriBuilderFactory;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * To which server a token goes: the one that the application says, whatever address is
 * asked first. The address of each request here could be one that a model has chosen.
 */
@Timeout(60)
class AudienceOriginTests {

	private static final String AUDIENCE = "urn:reports";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension reports = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension attacker = WireMockExtension.newInstance().build();

	private LumoAuthHttpClients clients;

	@BeforeEach
	void servers() {
		this.clients = new LumoAuthHttpClients(new WireAgent(lumoAuth).tokens());
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("for-reports", 600)));
		reports.stubFor(any(anyUrl()).willReturn(ok("done")));
		attacker.stubFor(any(anyUrl()).willReturn(ok("taken")));
	}

	@ParameterizedTest
	@EnumSource
	void clientForAnAudienceThatIsNoAddressNeedsItsOriginSaid(Kind kind) {
		assertThatIsRefused(() -> kind.forAudience(this.clients, AUDIENCE).apply(attacker.url("/report"), AUDIENCE))
			.contains(AUDIENCE, "lumoauth.audiences.<name>.url", "with the audience");
	}

	@ParameterizedTest
	@EnumSource
	void audienceThatARequestNamesNeedsItsOriginSaid(Kind kind) {
		BiFunction<String, String, String> client = kind.forAttribute(this.clients);
		assertThatIsRefused(() -> client.apply(attacker.url("/report"), AUDIENCE)).contains(AUDIENCE,
				"lumoauth.audiences.<name>.url");
		assertThatIsRefused(() -> client.apply(reports.url("/report"), AUDIENCE)).contains(AUDIENCE);
	}

	@ParameterizedTest
	@EnumSource
	void audienceThatIsAnAddressSaysItsOriginItself(Kind kind) {
		BiFunction<String, String, String> client = kind.forAttribute(this.clients);
		assertThatIsRefused(() -> client.apply(attacker.url("/report"), reports.baseUrl()));
		assertThat(client.apply(reports.url("/report"), reports.baseUrl())).isEqualTo("done");
		verifyReport();
	}

	@ParameterizedTest
	@EnumSource
	void interfaceOfAClientWithoutABaseUrlNeedsTheOriginOfItsAudienceSaid(Kind kind) {
		HttpServiceProxyFactory factory = kind.services(this.clients, "");
		assertThatIsRefused(() -> factory.createClient(Anywhere.class).report(URI.create(attacker.url("/report"))))
			.contains(Anywhere.class.getName() + ".report", AUDIENCE, "base URL", "lumoauth.audiences.<name>.url");
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> factory.createClient(Anywhere.class));
	}

	@ParameterizedTest
	@EnumSource
	void interfaceWithAnAddressAsAnArgumentStaysWithTheBaseUrl(Kind kind) {
		Anywhere client = kind.services(this.clients, reports.url("/api/v1")).createClient(Anywhere.class);
		assertThatIsRefused(() -> client.report(URI.create(attacker.url("/report")))).contains(AUDIENCE);
		assertThatIsRefused(() -> client.report(URI.create("//localhost:" + attacker.getPort() + "/report")));
		assertThatIsRefused(() -> client.report(URI.create(reports.baseUrl() + "@localhost:" + attacker.getPort())));
		assertThatIsRefused(() -> client.report(URI.create("http://attacker.example.com/report")));
		assertThatIsRefused(() -> client.report(new DefaultUriBuilderFactory(attacker.baseUrl())));
		assertThat(client.report(URI.create(reports.url("/report")))).isEqualTo("done");
		verifyReport();
	}

	@Test
	void relativeAddressIsResolvedByARestClientAndSentNowhereByAWebClient() {
		URI relative = URI.create("/report");
		Anywhere resolving = Kind.REST_CLIENT.services(this.clients, reports.url("/api")).createClient(Anywhere.class);
		Anywhere other = Kind.WEB_CLIENT.services(this.clients, reports.url("/api")).createClient(Anywhere.class);
		assertThatIsRefused(() -> other.report(relative));
		assertThat(resolving.report(relative)).isEqualTo("done");
		verifyReport();
	}

	/**
	 * As Spring AI has it without the guard: the text of the exception.
	 */
	@ParameterizedTest
	@EnumSource
	void modelThatNamesTheAddressReadsNone(Kind kind) {
		Anywhere service = kind.services(this.clients, reports.baseUrl()).createClient(Anywhere.class);
		BiFunction<String, String, String> client = kind.forAttribute(this.clients);
		List<Function<String, String>> tools = List.of((url) -> service.report(URI.create(url)),
				(url) -> client.apply(url, AUDIENCE), (url) -> client.apply(url, reports.baseUrl()),
				(url) -> client.apply(url, "http://reports.example.com"),
				(url) -> kind.forAudience(this.clients, AUDIENCE).apply(url, AUDIENCE),
				(url) -> kind.services(this.clients, "http://reports.example.com")
					.createClient(Anywhere.class)
					.report(URI.create(url)));
		assertThat(tools).allSatisfy((tool) -> {
			ToolCallback callback = FunctionToolCallback.builder("fetch", tool).inputType(String.class).build();
			ToolExecutionException failure = catchThrowableOfType(ToolExecutionException.class,
					() -> callback.call("\"" + attacker.url("/report") + "\""));
			String read = DefaultToolExecutionExceptionProcessor.builder().build().process(failure);
			assertThat(read).isNotBlank()
				.doesNotContain("http:", "localhost", "example.com", String.valueOf(reports.getPort()),
						String.valueOf(attacker.getPort()));
		});
		attacker.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void baseUrlOfAFactoryOfAddressesCounts(Kind kind) {
		DefaultUriBuilderFactory addresses = new DefaultUriBuilderFactory(reports.url("/api"));
		Anywhere client = kind.services(this.clients, addresses).createClient(Anywhere.class);
		assertThatIsRefused(() -> client.report(URI.create(attacker.url("/report"))));
		assertThat(client.report(URI.create(reports.url("/report")))).isEqualTo("done");
		verifyReport();
	}

	@ParameterizedTest
	@EnumSource
	void baseUrlWithAVariableIsNoOrigin(Kind kind) {
		String anyHost = "http://{host}:" + attacker.getPort();
		assertThatIsRefused(() -> kind.services(this.clients, anyHost).createClient(AnyHost.class).report("localhost"))
			.contains("base URL that can be read");
		DefaultUriBuilderFactory addresses = new DefaultUriBuilderFactory("http://localhost:{port}");
		addresses.setDefaultUriVariables(Map.of("port", reports.getPort()));
		AnyPort client = kind.services(this.clients, addresses).createClient(AnyPort.class);
		assertThatIsRefused(() -> client.report(attacker.getPort()));
		assertThat(client.report(reports.getPort())).isEqualTo("done");
		verifyReport();
	}

	@ParameterizedTest
	@EnumSource
	void configuredOriginIsThatOfEachClient(Kind kind) {
		LumoAuthHttpClients configured = clients(AUDIENCE, reports.url("/some/path"));
		BiFunction<String, String, String> one = kind.forAudience(configured, AUDIENCE);
		BiFunction<String, String, String> any = kind.forAttribute(configured);
		Anywhere service = kind.services(configured, "").createClient(Anywhere.class);
		assertThatIsRefused(() -> one.apply(attacker.url("/report"), AUDIENCE));
		assertThatIsRefused(() -> any.apply(attacker.url("/report"), AUDIENCE));
		assertThatIsRefused(() -> any.apply(attacker.url("/report"), "urn:other")).contains("urn:other");
		assertThatIsRefused(() -> service.report(URI.create(attacker.url("/report"))));
		assertThat(one.apply(reports.url("/report"), AUDIENCE)).isEqualTo("done");
		assertThat(any.apply(reports.url("/report"), AUDIENCE)).isEqualTo("done");
		assertThat(service.report(URI.create(reports.url("/report")))).isEqualTo("done");
		reports.verify(3, getRequestedFor(urlEqualTo("/report")));
	}

	@ParameterizedTest
	@EnumSource
	void twoServersForOneAudienceAreRefused(Kind kind) {
		LumoAuthHttpClients configured = clients(AUDIENCE, reports.baseUrl());
		URI other = URI.create(attacker.baseUrl());
		assertThatIsRefused(() -> kind.forAudience(configured, AUDIENCE, other)).contains("lumoauth.audiences",
				AUDIENCE);
		assertThatIsRefused(() -> kind.forAudience(this.clients, reports.baseUrl(), other))
			.contains("the audience, which is itself an address");
		assertThatIsRefused(() -> kind.services(configured, attacker.baseUrl()).createClient(Anywhere.class))
			.contains("lumoauth.audiences", AUDIENCE, "base URL");
		assertThat(kind.forAudience(configured, AUDIENCE, URI.create(reports.url("/x")))).isNotNull();
		assertThat(kind.forAudience(this.clients, reports.baseUrl(), URI.create(reports.url("/x")))).isNotNull();
		assertThat(kind.services(configured, reports.url("/x")).createClient(Anywhere.class)).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void interfaceWhoseAudienceIsAnAddressNeedsNoBaseUrlAndNoneOfAnotherServer(Kind kind) {
		ByAddress client = kind.services(this.clients, "").createClient(ByAddress.class);
		assertThatIsRefused(() -> client.report(URI.create(attacker.url("/report"))));
		assertThatIsRefused(() -> kind.services(this.clients, attacker.baseUrl()).createClient(ByAddress.class))
			.contains(ByAddress.class.getName() + ".report", "base URL");
	}

	@ParameterizedTest
	@EnumSource
	void baseUrlInClearTextIsRefusedWhenTheClientIsMade(Kind kind) {
		assertThatIsRefused(
				() -> kind.services(this.clients, "http://reports.example.com").createClient(Anywhere.class))
			.contains(Anywhere.class.getName(), "base URL", "must not receive tokens", "Plain http works for")
			.doesNotContain("http:", "reports.example.com");
		assertThatIsRefused(() -> kind.services(this.clients, "").createClient(InClearText.class))
			.contains(InClearText.class.getName() + ".report", "must not receive tokens", "Plain http works for")
			.doesNotContain("http:", "reports.example.com");
		assertThat(kind.services(this.clients, "https://reports.example.com").createClient(Anywhere.class)).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void originInClearTextIsRefusedWithoutRepeatingIt(Kind kind) {
		for (URI origin : List.of(URI.create("http://reports.example.com"), URI.create("/reports"),
				URI.create("ftp://reports.example.com"), URI.create("https:reports.example.com"))) {
			assertThatIllegalArgumentException().isThrownBy(() -> kind.forAudience(this.clients, AUDIENCE, origin))
				.withNoCause()
				.satisfies((ex) -> assertThat(ex.getMessage()).contains(AUDIENCE).doesNotContain("example"));
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> kind.forAudience(this.clients, "http://reports.example.com"))
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("example"));
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsRememberedOfTheAudiencesThatRequestsName(Kind kind) {
		BiFunction<String, String, String> client = kind.forAttribute(this.clients);
		for (int i = 0; i < 100; i++) {
			String audience = "urn:" + i;
			assertThatIsRefused(() -> client.apply(reports.url("/report"), audience)).contains(audience);
		}
	}

	private static LumoAuthHttpClients clients(String audience, String address) {
		LumoAuthTokens tokens = new WireAgent(lumoAuth).tokens();
		return new LumoAuthHttpClients(() -> tokens, Map.of(audience, URI.create(address)));
	}

	private AbstractStringAssert<?> assertThatIsRefused(ThrowingCallable call) {
		Throwable failure = catchThrowable(call);
		attacker.verify(0, anyRequestedFor(anyUrl()));
		reports.verify(0, anyRequestedFor(anyUrl()));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		assertThat(failure).isInstanceOf(IllegalStateException.class).hasNoCause();
		return assertThat(failure.getMessage()).doesNotContain("http:", "https:", "localhost",
				String.valueOf(attacker.getPort()), String.valueOf(reports.getPort()));
	}

	private static void verifyReport() {
		reports.verify(1,
				getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", equalTo("Bearer for-reports")));
		attacker.verify(0, anyRequestedFor(anyUrl()));
	}

	enum Kind {

		REST_CLIENT {

			@Override
			BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience) {
				return calls(RestClient.builder().requestInterceptor(clients.interceptor(audience)).build());
			}

			@Override
			BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience, URI origin) {
				return calls(RestClient.builder().requestInterceptor(clients.interceptor(audience, origin)).build());
			}

			@Override
			BiFunction<String, String, String> forAttribute(LumoAuthHttpClients clients) {
				return calls(RestClient.builder().requestInterceptor(clients.interceptor()).build());
			}

			@Override
			HttpServiceProxyFactory services(LumoAuthHttpClients clients, UriBuilderFactory addresses) {
				return clients.httpServices(RestClient.builder().uriBuilderFactory(addresses).build()).build();
			}

			@Override
			HttpServiceProxyFactory services(LumoAuthHttpClients clients, String baseUrl) {
				return clients.httpServices(RestClient.create(baseUrl)).build();
			}

			private static BiFunction<String, String, String> calls(RestClient client) {
				return (url, audience) -> client.get()
					.uri(url)
					.attributes(LumoAuthHttpClients.audience(audience))
					.retrieve()
					.body(String.class);
			}

		},

		WEB_CLIENT {

			@Override
			BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience) {
				return calls(new LumoAuthExchangeFilterFunction(clients, audience));
			}

			@Override
			BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience, URI origin) {
				return calls(new LumoAuthExchangeFilterFunction(clients, audience, origin));
			}

			@Override
			BiFunction<String, String, String> forAttribute(LumoAuthHttpClients clients) {
				return calls(new LumoAuthExchangeFilterFunction(clients));
			}

			@Override
			HttpServiceProxyFactory services(LumoAuthHttpClients clients, UriBuilderFactory addresses) {
				return LumoAuthExchangeFilterFunction
					.httpServices(clients, WebClient.builder().uriBuilderFactory(addresses).build())
					.build();
			}

			@Override
			HttpServiceProxyFactory services(LumoAuthHttpClients clients, String baseUrl) {
				return LumoAuthExchangeFilterFunction.httpServices(clients, WebClient.create(baseUrl)).build();
			}

			private static BiFunction<String, String, String> calls(LumoAuthExchangeFilterFunction filter) {
				WebClient client = WebClient.builder().apply(filter.configuration()).build();
				return (url, audience) -> client.get()
					.uri(url)
					.attributes(LumoAuthHttpClients.audience(audience))
					.retrieve()
					.bodyToMono(String.class)
					.block(Duration.ofSeconds(60));
			}

		};

		abstract BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience);

		abstract BiFunction<String, String, String> forAudience(LumoAuthHttpClients clients, String audience,
				URI origin);

		abstract BiFunction<String, String, String> forAttribute(LumoAuthHttpClients clients);

		abstract HttpServiceProxyFactory services(LumoAuthHttpClients clients, UriBuilderFactory addresses);

		abstract HttpServiceProxyFactory services(LumoAuthHttpClients clients, String baseUrl);

	}

	@LumoAuthAudience(AUDIENCE)
	interface Anywhere {

		@GetExchange
		String report(URI address);

		@GetExchange("/report")
		String report(UriBuilderFactory addresses);

	}

	interface AnyHost {

		@GetExchange("/report")
		@LumoAuthAudience(AUDIENCE)
		String report(@PathVariable String host);

	}

	interface AnyPort {

		@GetExchange("/report")
		@LumoAuthAudience(AUDIENCE)
		String report(@PathVariable int port);

	}

	interface InClearText {

		@GetExchange
		@LumoAuthAudience("http://reports.example.com")
		String report(URI address);

	}

	interface ByAddress {

		@GetExchange
		@LumoAuthAudience("https://reports.example.com")
		String report(URI address);

	}

}
