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

package dev.lumoauth.spring.http.client.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.diagnostics.FailureAnalyses;
import dev.lumoauth.spring.http.client.LumoAuthAudience;
import dev.lumoauth.spring.http.client.LumoAuthExchangeFilterFunction;
import dev.lumoauth.spring.http.client.LumoAuthHttpClients;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LumoAuthHttpClientsAutoConfiguration}, with Boot's own
 * auto-configuration of HTTP service groups.
 */
@Timeout(60)
class LumoAuthHttpClientsAutoConfigurationTests {

	private static final String TOKEN = "/t/acme/api/v1/oauth/token";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension reports = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthHttpClientsAutoConfiguration.class,
						HttpClientAutoConfiguration.class, ImperativeHttpClientAutoConfiguration.class,
						RestClientAutoConfiguration.class, HttpServiceClientPropertiesAutoConfiguration.class,
						HttpServiceClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
						WebClientAutoConfiguration.class, ReactiveHttpServiceClientAutoConfiguration.class))
		.withPropertyValues("spring.http.serviceclient.reports.base-url=" + reports.baseUrl(),
				"spring.http.serviceclient.other.base-url=" + elsewhere.baseUrl(),
				// What detection finds differs from one class path to the next.
				"spring.http.clients.imperative.factory=jdk", "spring.http.clients.reactive.connector=jdk",
				"reports.audience=urn:reports");

	private final ApplicationContextRunner configured = this.runner.withPropertyValues(
			"lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
			"lumoauth.client-secret=secret");

	private final ApplicationContextRunner withoutBaseUrl = this.configured
		.withPropertyValues("spring.http.serviceclient.reports.base-url=");

	@BeforeEach
	void servers() {
		lumoAuth.stubFor(post(TOKEN).willReturn(okJson(token("agent-1", ""))));
		exchange("urn:reports", "for-reports");
		exchange("urn:other", "for-other");
		reports.stubFor(any(anyUrl()).willReturn(ok("done")));
		elsewhere.stubFor(any(anyUrl()).willReturn(ok("done")));
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void groupWithAnAnnotatedInterfaceGetsItsToken(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration).run((context) -> {
			assertThat(context.getBean(Reports.class).report()).isEqualTo("done");
			assertThat(context.getBean(Reports.class).report()).isEqualTo("done");
			reports.verify(2,
					getRequestedFor(urlEqualTo("/report")).withHeader("Authorization", equalTo("Bearer for-reports")));
			lumoAuth.verify(1, postRequestedFor(urlEqualTo(TOKEN)).withFormParam("audience", equalTo("urn:reports")));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void unannotatedInterfaceInTheSameGroupSendsNoToken(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration).run((context) -> {
			context.getBean(Plain.class).plain();
			reports.verify(1, getRequestedFor(urlEqualTo("/plain")).withHeader("Authorization", absent()));
			lumoAuth.verify(0, anyRequestedFor(anyUrl()));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void audienceMayBeAPlaceholder(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration).run((context) -> {
			context.getBean(Configurable.class).configurable();
			reports.verify(1, getRequestedFor(urlEqualTo("/configurable")).withHeader("Authorization",
					equalTo("Bearer for-reports")));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void redirectIsNotFollowedWithTheToken(Class<?> configuration) {
		reports.stubFor(
				any(anyUrl()).willReturn(aResponse().withStatus(302).withHeader("Location", elsewhere.url("/taken"))));
		this.configured.withUserConfiguration(configuration, FollowingCustomizers.class)
			.withPropertyValues("spring.http.clients.redirects=follow")
			.run((context) -> {
				context.getBean(Reports.class).report();
				elsewhere.verify(0, anyRequestedFor(anyUrl()));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { PlainRestClientGroup.class, PlainWebClientGroup.class })
	void groupWithoutTheAnnotationIsLeftAlone(Class<?> configuration) {
		reports.stubFor(
				any(anyUrl()).willReturn(aResponse().withStatus(302).withHeader("Location", elsewhere.url("/taken"))));
		this.configured.withUserConfiguration(configuration)
			.withPropertyValues("spring.http.clients.redirects=follow")
			.run((context) -> {
				assertThat(context.getBean(Plain.class).plain()).isEqualTo("done");
				elsewhere.verify(1, getRequestedFor(urlEqualTo("/taken")).withHeader("Authorization", absent()));
				lumoAuth.verify(0, anyRequestedFor(anyUrl()));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void groupKeepsItsOtherSettings(Class<?> configuration) {
		reports.stubFor(any(anyUrl()).willReturn(ok("late").withFixedDelay(3000)));
		this.configured.withUserConfiguration(configuration)
			.withPropertyValues("spring.http.serviceclient.reports.read-timeout=200ms",
					"spring.http.serviceclient.reports.default-header.X-From=tests")
			.run((context) -> {
				assertThatException().isThrownBy(() -> context.getBean(Reports.class).report());
				// The client may give up before the server has noted the request.
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> reports.verify(1,
							getRequestedFor(urlEqualTo("/report")).withHeader("X-From", equalTo("tests"))));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void applicationsOwnInterceptorsDoNotSeeTheToken(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration, Watching.class).run((context) -> {
			context.getBean(Reports.class).report();
			assertThat(context.getBean(Watching.class).seen).singleElement()
				.satisfies((headers) -> assertThat(headers.containsHeader("Authorization")).isFalse());
			reports.verify(1, getRequestedFor(anyUrl()).withHeader("Authorization", equalTo("Bearer for-reports")));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void withoutLumoAuthTheApplicationDoesNotStart(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("group 'reports'", "@LumoAuthAudience");
			assertThat(analysis.getAction()).contains("lumoauth.client-id");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { PlainRestClientGroup.class, PlainWebClientGroup.class })
	void withoutLumoAuthAndWithoutTheAnnotationItStarts(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration)
			.run((context) -> assertThat(context.getBean(Plain.class).plain()).isEqualTo("done"));
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void whereLumoAuthIsTurnedOffACallIsRefused(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration).withPropertyValues("lumoauth.enabled=false").run((context) -> {
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> context.getBean(Reports.class).report())
				.withMessageContaining("lumoauth.enabled=false");
			assertThat(context.getBean(Plain.class).plain()).isEqualTo("done");
			reports.verify(0, getRequestedFor(urlEqualTo("/report")));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AnywhereRestClientGroup.class, AnywhereWebClientGroup.class })
	void tokenOfAGroupStaysWithItsBaseUrlWhateverAddressIsAskedFirst(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration)
			.withPropertyValues("spring.http.serviceclient.reports.base-url=" + reports.url("/api/v1"))
			.run((context) -> {
				Anywhere client = context.getBean(Anywhere.class);
				assertThatIllegalStateException().isThrownBy(() -> client.report(URI.create(elsewhere.url("/report"))));
				lumoAuth.verify(0, anyRequestedFor(anyUrl()));
				client.report(URI.create(reports.url("/report")));
				reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization",
						equalTo("Bearer for-reports")));
				elsewhere.verify(0, anyRequestedFor(anyUrl()));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { AnywhereRestClientGroup.class, AnywhereWebClientGroup.class })
	void groupWithoutABaseUrlDoesNotStart(Class<?> configuration) {
		this.withoutBaseUrl.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("'urn:reports'", Anywhere.class.getName() + ".report");
			assertThat(analysis.getAction()).contains("spring.http.serviceclient.reports.base-url",
					"lumoauth.audiences.<name>.audience", "lumoauth.audiences.<name>.url");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AnywhereRestClientGroup.class, AnywhereWebClientGroup.class })
	void groupWithoutABaseUrlSendsTheTokenWhereItsAudienceIsConfiguredToBe(Class<?> configuration) {
		this.withoutBaseUrl.withUserConfiguration(configuration)
			.withPropertyValues("lumoauth.audiences.my-reports.audience=urn:reports",
					"lumoauth.audiences.my-reports.url=" + reports.baseUrl())
			.run((context) -> {
				Anywhere client = context.getBean(Anywhere.class);
				assertThatIllegalStateException().isThrownBy(() -> client.report(URI.create(elsewhere.url("/report"))));
				client.report(URI.create(reports.url("/report")));
				reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization",
						equalTo("Bearer for-reports")));
				elsewhere.verify(0, anyRequestedFor(anyUrl()));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { RestClientGroup.class, WebClientGroup.class })
	void groupWithABaseUrlOtherThanTheConfiguredOneDoesNotStart(Class<?> configuration) {
		this.configured.withUserConfiguration(configuration)
			.withPropertyValues("lumoauth.audiences.my-reports.audience=urn:reports",
					"lumoauth.audiences.my-reports.url=" + elsewhere.baseUrl())
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).rootCause()
					.isInstanceOf(LumoAuthSetupException.class)
					.hasMessageContainingAll("urn:reports", "lumoauth.audiences",
							"spring.http.serviceclient.reports.base-url");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { AnywhereRestClientGroup.class, AnywhereWebClientGroup.class })
	void groupWithoutABaseUrlStartsWhereLumoAuthIsTurnedOff(Class<?> configuration) {
		this.withoutBaseUrl.withUserConfiguration(configuration)
			.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> {
				assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> context.getBean(Anywhere.class).report(URI.create(reports.url("/report"))));
				reports.verify(0, anyRequestedFor(anyUrl()));
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { AnywhereRestClientGroup.class, AnywhereWebClientGroup.class })
	void baseUrlThatTheApplicationSetsInCodeCounts(Class<?> configuration) {
		for (Class<?> setting : List.of(BaseUrlInCode.class, BaseUrlInCodeAtTheVeryEnd.class)) {
			reports.resetRequests();
			this.configured.withUserConfiguration(configuration)
				.withConfiguration(AutoConfigurations.of(setting))
				.withPropertyValues("spring.http.serviceclient.reports.base-url=" + elsewhere.baseUrl())
				.run((context) -> {
					Anywhere client = context.getBean(Anywhere.class);
					assertThatIllegalStateException()
						.isThrownBy(() -> client.report(URI.create(elsewhere.url("/report"))));
					client.report(URI.create(reports.url("/report")));
					reports.verify(1, getRequestedFor(urlEqualTo("/report")).withHeader("Authorization",
							equalTo("Bearer for-reports")));
					elsewhere.verify(0, anyRequestedFor(anyUrl()));
				});
		}
	}

	@Test
	void oneInterfaceInTwoGroupsHasTheBaseUrlOfEach() {
		this.configured.withUserConfiguration(OneInterfaceInTwoGroups.class).run((context) -> {
			HttpServiceProxyRegistry clients = context.getBean(HttpServiceProxyRegistry.class);
			Anywhere toReports = clients.getClient("reports", Anywhere.class);
			Anywhere toOther = clients.getClient("other", Anywhere.class);
			assertThatIllegalStateException().isThrownBy(() -> toReports.report(URI.create(elsewhere.url("/report"))));
			assertThatIllegalStateException().isThrownBy(() -> toOther.report(URI.create(reports.url("/report"))));
			assertThat(toReports.report(URI.create(reports.url("/report")))).isEqualTo("done");
			assertThat(toOther.report(URI.create(elsewhere.url("/report")))).isEqualTo("done");
		});
	}

	@Test
	void withoutWebFluxGroupsOfTheRestClientWork() {
		this.configured.withUserConfiguration(RestClientGroup.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.web.reactive", "reactor"))
			.run((context) -> {
				assertThat(context.getBean(Reports.class).report()).isEqualTo("done");
				assertThat(context).doesNotHaveBean(WebClientGroupRedirects.class);
				reports.verify(1, getRequestedFor(anyUrl()).withHeader("Authorization", equalTo("Bearer for-reports")));
			});
	}

	@ParameterizedTest
	@CsvSource({ "RestClient, RestClientGroup", "WebClient, WebClientGroup" })
	void propertiesOfAGroupThatNothingAppliesAreNamed(String client, String group) throws Exception {
		String module = client.toLowerCase(Locale.ROOT);
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthHttpClientsAutoConfiguration.class, HttpServiceClientPropertiesAutoConfiguration.class))
			.withPropertyValues("spring.http.serviceclient.reports.base-url=" + reports.baseUrl(),
					"lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret")
			.withUserConfiguration(Class.forName(getClass().getName() + "$" + group))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot." + module))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).rootCause()
					.isInstanceOf(LumoAuthSetupException.class)
					.hasMessageContaining("spring.http.serviceclient.reports.* is set")
					.extracting("action")
					.isEqualTo("Add spring-boot-starter-" + module + ".");
			});
	}

	@Test
	void clientMadeByHandThatKnowsNothingOfTheAnnotationIsRefused() {
		for (Class<?> configuration : List.of(ForgetfulRestClient.class, ForgetfulWebClient.class)) {
			this.configured.withUserConfiguration(configuration).run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).rootCause()
					.isInstanceOf(LumoAuthSetupException.class)
					.hasMessageContainingAll("Bean 'reports'", Reports.class.getName(),
							"LumoAuthHttpClients.httpServices", "@ImportHttpServices");
			});
		}
	}

	@Test
	void clientMadeByHandWithTheLibrarysFactoryIsKept() {
		for (Class<?> configuration : List.of(HandmadeRestClient.class, HandmadeWebClient.class)) {
			reports.resetRequests();
			this.configured.withUserConfiguration(configuration).run((context) -> {
				assertThat(context.getBean(Reports.class).report()).isEqualTo("done");
				reports.verify(1, getRequestedFor(anyUrl()).withHeader("Authorization", equalTo("Bearer for-reports")));
			});
		}
	}

	@Test
	void checkMindsItsOwnBusiness() {
		this.configured.withBean("mock", Reports.class, () -> Mockito.mock(Reports.class))
			.withBean("plain", Plain.class, () -> forgetful().createClient(Plain.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void clientThatIsMadeLaterIsCheckedThen() {
		this.configured.withInitializer(
				(context) -> ((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("reports",
						BeanDefinitionBuilder
							.genericBeanDefinition(Reports.class, () -> forgetful().createClient(Reports.class))
							.setLazyInit(true)
							.getBeanDefinition()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean(Reports.class))
					.withRootCauseInstanceOf(LumoAuthSetupException.class);
			});
	}

	@Test
	void tokensOfTwoGroupsNeverMixUnderLoad() {
		reports.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
		elsewhere.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
		reports.stubFor(
				any(anyUrl()).withHeader("Authorization", equalTo("Bearer for-reports")).willReturn(ok("reports")));
		elsewhere
			.stubFor(any(anyUrl()).withHeader("Authorization", equalTo("Bearer for-other")).willReturn(ok("other")));
		this.configured.withUserConfiguration(TwoGroups.class).run((context) -> {
			Reports toReports = context.getBean(Reports.class);
			Other toOther = context.getBean(Other.class);
			ExecutorService threads = Executors.newFixedThreadPool(16);
			try {
				for (Future<Void> call : threads
					.invokeAll(IntStream.range(0, 100).mapToObj((i) -> (Callable<Void>) () -> {
						assertThat((i % 2 == 0) ? toReports.report() : toOther.other())
							.isEqualTo((i % 2 == 0) ? "reports" : "other");
						return null;
					}).toList(), 50, TimeUnit.SECONDS)) {
					call.get(1, TimeUnit.SECONDS);
				}
			}
			finally {
				threads.shutdownNow();
			}
			lumoAuth.verify(3, postRequestedFor(urlEqualTo(TOKEN)));
		});
	}

	private static void exchange(String audience, String token) {
		lumoAuth.stubFor(post(TOKEN).withFormParam("audience", equalTo(audience))
			.willReturn(
					okJson(token(token, ",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\""))));
	}

	private static String token(String value, String more) {
		return "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more + "}";
	}

	private static HttpServiceProxyFactory forgetful() {
		return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(RestClient.create(reports.baseUrl())))
			.build();
	}

	@LumoAuthAudience("urn:reports")
	interface Reports {

		@GetExchange("/report")
		String report();

	}

	@LumoAuthAudience("urn:reports")
	interface Anywhere {

		@GetExchange
		String report(URI address);

	}

	interface Configurable {

		@GetExchange("/configurable")
		@LumoAuthAudience("${reports.audience}")
		String configurable();

	}

	interface Plain {

		@GetExchange("/plain")
		String plain();

	}

	@LumoAuthAudience("urn:other")
	interface Other {

		@GetExchange("/other")
		String other();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = { Reports.class, Configurable.class, Plain.class })
	static class RestClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = { Reports.class, Configurable.class, Plain.class },
			clientType = ClientType.WEB_CLIENT)
	static class WebClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Plain.class)
	static class PlainRestClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Plain.class, clientType = ClientType.WEB_CLIENT)
	static class PlainWebClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Reports.class)
	@ImportHttpServices(group = "other", types = Other.class, clientType = ClientType.WEB_CLIENT)
	static class TwoGroups {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Anywhere.class)
	static class AnywhereRestClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Anywhere.class, clientType = ClientType.WEB_CLIENT)
	static class AnywhereWebClientGroup {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "reports", types = Anywhere.class)
	@ImportHttpServices(group = "other", types = Anywhere.class)
	static class OneInterfaceInTwoGroups {

	}

	@AutoConfiguration(before = LumoAuthHttpClientsAutoConfiguration.class)
	static class BaseUrlInCode {

		@Bean
		RestClientHttpServiceGroupConfigurer restClientGroup() {
			return (groups) -> groups.filterByName("reports")
				.forEachClient((group, client) -> client.baseUrl(reports.baseUrl()));
		}

		@Bean
		WebClientHttpServiceGroupConfigurer webClientGroup() {
			return (groups) -> groups.filterByName("reports")
				.forEachClient((group, client) -> client.baseUrl(reports.baseUrl()));
		}

	}

	@AutoConfiguration(after = LumoAuthHttpClientsAutoConfiguration.class)
	static class BaseUrlInCodeAtTheVeryEnd extends BaseUrlInCode {

	}

	@Configuration(proxyBeanMethods = false)
	static class FollowingCustomizers {

		@Bean
		ClientHttpRequestFactoryBuilderCustomizer<JdkClientHttpRequestFactoryBuilder> followingRequestFactory() {
			return (builder) -> builder
				.withHttpClientCustomizer((client) -> client.followRedirects(HttpClient.Redirect.ALWAYS));
		}

		@Bean
		ClientHttpConnectorBuilderCustomizer<JdkClientHttpConnectorBuilder> followingConnector() {
			return (builder) -> builder
				.withHttpClientCustomizer((client) -> client.followRedirects(HttpClient.Redirect.ALWAYS));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Watching {

		private final List<HttpHeaders> seen = new ArrayList<>();

		@Bean
		RestClientCustomizer watchingRestClient() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				this.seen.add(HttpHeaders.copyOf(request.getHeaders()));
				return execution.execute(request, body);
			});
		}

		@Bean
		WebClientCustomizer watchingWebClient() {
			return (builder) -> builder.filter((request, next) -> {
				this.seen.add(HttpHeaders.copyOf(request.headers()));
				return next.exchange(request);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ForgetfulRestClient {

		@Bean
		Reports reports() {
			return forgetful().createClient(Reports.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ForgetfulWebClient {

		@Bean
		Reports reports() {
			return HttpServiceProxyFactory.builderFor(WebClientAdapter.create(WebClient.create(reports.baseUrl())))
				.build()
				.createClient(Reports.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandmadeRestClient {

		@Bean
		Reports reports(LumoAuthHttpClients clients) {
			return clients.httpServices(RestClient.create(reports.baseUrl())).build().createClient(Reports.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandmadeWebClient {

		@Bean
		Reports reports(LumoAuthHttpClients clients) {
			return LumoAuthExchangeFilterFunction.httpServices(clients, WebClient.create(reports.baseUrl()))
				.build()
				.createClient(Reports.class);
		}

	}

}
