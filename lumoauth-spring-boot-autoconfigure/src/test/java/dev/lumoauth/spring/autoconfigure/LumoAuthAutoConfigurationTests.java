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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import io.micrometer.observation.ObservationRegistry;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.GenericBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class LumoAuthAutoConfigurationTests {

	private final AtomicReference<HttpClient.Builder> client = new AtomicReference<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class));

	private final ApplicationContextRunner configured = this.runner.withPropertyValues("lumoauth.tenant=acme",
			"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret");

	@Test
	void givesAnIdentity() {
		this.configured.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(LumoAuthAgent.class)
			.hasSingleBean(LumoAuthTokens.class)
			.hasSingleBean(LumoAuthClient.class)
			.hasSingleBean(CapabilityDecisions.class)
			.getBean(LumoAuthConnection.class)
			.hasToString("LumoAuthConnection[url=https://app.lumoauth.dev, tenant=acme, orgId=null, clientId=agt_1]"));
	}

	@Test
	void startsFromTheGuidesVariablesAlone() {
		this.runner.withSystemProperties("LUMOAUTH_TENANT=acme", "AGENT_CLIENT_ID=agt_1", "AGENT_CLIENT_SECRET=s3cret")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(LumoAuthAgent.class));
	}

	@Test
	void prefersTheApplicationsConnectionDetails() {
		this.configured.withBean(LumoAuthConnectionDetails.class, OwnConnectionDetails::new).run((context) -> {
			assertThat(context).hasSingleBean(LumoAuthConnectionDetails.class);
			assertThat(context.getBean(LumoAuthConnection.class)).hasToString(
					"LumoAuthConnection[url=http://localhost:9000, tenant=null, orgId=acme, clientId=agt_own]");
		});
	}

	@Test
	void theApplicationsConnectionDetailsAreEnough() {
		this.runner.withBean(LumoAuthConnectionDetails.class, OwnConnectionDetails::new)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(LumoAuthAgent.class));
	}

	@ParameterizedTest
	@MethodSource
	<T> void backsOffToTheApplicationsBean(Class<T> type) {
		T bean = mock(type);
		this.configured.withBean("own", type, () -> bean)
			.run((context) -> assertThat(context).hasNotFailed().getBean(type).isSameAs(bean));
	}

	/**
	 * As {@code @ConditionalOnMissingBean} does.
	 */
	@Test
	void backsOffToTheParentsBeanButNotToOneThatIsNotInjectedByItsType() {
		LumoAuthTokens parents = mock(LumoAuthTokens.class);
		new ApplicationContextRunner().withBean("parents", LumoAuthTokens.class, () -> parents)
			.run((parent) -> this.configured.withParent(parent)
				.withBean("hidden", LumoAuthClient.class, () -> mock(LumoAuthClient.class),
						(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
				.run((context) -> {
					assertThat(context.getBean(LumoAuthTokens.class)).isSameAs(parents);
					assertThat(context.containsLocalBean("lumoAuthTokens")).isFalse();
					assertThat(context.getBean(LumoAuthClient.class)).isSameAs(context.getBean("lumoAuthClient"));
				}));
	}

	/**
	 * Such as those of an XML file.
	 */
	@Test
	void definitionsThatAreNotCompleteReplaceNothing() {
		GenericBeanDefinition template = new GenericBeanDefinition();
		template.setBeanClass(LumoAuthTokens.class);
		template.setAbstract(true);
		GenericBeanDefinition placeholder = new GenericBeanDefinition();
		placeholder.setBeanClassName("${my.class}");
		this.configured.withPropertyValues("my.class=java.lang.StringBuilder")
			.withBean(PropertySourcesPlaceholderConfigurer.class)
			.withInitializer((context) -> {
				BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
				registry.registerBeanDefinition("template", template);
				registry.registerBeanDefinition("placeholder", placeholder);
			})
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(StringBuilder.class)
				.hasSingleBean(LumoAuthTokens.class));
	}

	@Test
	void backsOffToTheApplicationsWayToLumoAuth() {
		LumoAuthHttp http = LumoAuthHttp
			.builder(LumoAuthAddresses.forTenant(URI.create("http://localhost:9000"), "own"), "own",
					new SimpleClientHttpRequestFactory())
			.build();
		this.configured.withBean("own", LumoAuthHttp.class, () -> http)
			.run((context) -> assertThat(context).hasNotFailed().getBean(LumoAuthHttp.class).isSameAs(http));
	}

	static Stream<Class<?>> backsOffToTheApplicationsBean() {
		return Stream.of(LumoAuthTokens.class, LumoAuthClient.class, BudgetSource.class, CapabilitySource.class,
				CapabilityDecisions.class, LumoAuthAgent.class);
	}

	@ParameterizedTest
	@CsvSource({ "check, /authz/check", "ask, /agents/ask", "userinfo, /oauth/userinfo" })
	void asksTheConfiguredSource(String source, String path) throws IOException {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		HttpServer lumoAuth = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		lumoAuth.createContext("/", (exchange) -> {
			asked.add(exchange.getRequestURI().getPath());
			byte[] token = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, token.length);
			exchange.getResponseBody().write(token);
			exchange.close();
		});
		lumoAuth.start();
		try {
			this.configured
				.withPropertyValues("lumoauth.url=http://127.0.0.1:" + lumoAuth.getAddress().getPort(),
						"lumoauth.capabilities.source=" + source)
				.run((context) -> {
					CapabilitySource configured = context.getBean(AgentRuntimes.class)
						.main()
						.get(CapabilitySource.class);
					assertThatExceptionOfType(LumoAuthProtocolException.class)
						.isThrownBy(() -> configured.ask(List.of("read:documents")));
					assertThat(asked).anyMatch((each) -> each.endsWith(path));
				});
		}
		finally {
			lumoAuth.stop(0);
		}
	}

	@Test
	void makesRequestsWithItsOwnSettingsAndTheApplicationsCustomizers() throws Exception {
		SSLContext sslContext = SSLContext.getInstance("TLS");
		sslContext.init(null, null, null);
		SslBundle bundle = mock(SslBundle.class);
		given(bundle.createSslContext()).willReturn(sslContext);
		given(bundle.getOptions()).willReturn(SslOptions.NONE);
		this.configured.withBean("builder", ClientHttpRequestFactoryBuilder.class, this::capturingBuilder)
			.withBean(SslBundles.class, () -> new DefaultSslBundleRegistry("corporate", bundle))
			.withPropertyValues("lumoauth.connect-timeout=300ms", "lumoauth.read-timeout=7s",
					"lumoauth.ssl-bundle=corporate", "spring.http.clients.redirects=follow")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				ClientHttpRequestFactory factory = context.getBean(AgentRuntimes.class)
					.main()
					.get(LumoAuthConnector.class)
					.requestFactory();
				HttpClient client = this.client.get().build();
				assertThat(client.connectTimeout()).hasValue(Duration.ofMillis(300));
				assertThat(client.followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
				assertThat(client.sslContext()).isSameAs(sslContext);
				assertThat(factory.createRequest(URI.create("http://127.0.0.1:9"), HttpMethod.GET))
					.hasFieldOrPropertyWithValue("timeout", Duration.ofSeconds(7));
			});
	}

	@Test
	void anSslBundleThatCannotBeReadShowsAtStart() {
		SslBundle bundle = mock(SslBundle.class);
		given(bundle.createSslContext()).willThrow(new IllegalStateException("the key store is broken"));
		given(bundle.getOptions()).willReturn(SslOptions.NONE);
		this.configured.withBean(SslBundles.class, () -> new DefaultSslBundleRegistry("corporate", bundle))
			.withPropertyValues("lumoauth.ssl-bundle=corporate")
			.run((context) -> assertThat(context).getFailure().hasRootCauseMessage("the key store is broken"));
	}

	@Test
	void createsNothingThatIsNotUsedAtStart() {
		this.runner
			.withConfiguration(AutoConfigurations.of(LumoAuthUserAutoConfiguration.class,
					LumoAuthBudgetAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret")
			.run((context) -> {
				ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
				assertThat(beanFactory.getSingletonNames()).contains("lumoAuthConnection")
					.doesNotContain("lumoAuthHttp", "lumoAuthTokens", "lumoAuthCapabilityDecisions",
							"lumoAuthBudgetMonitor", "lumoAuthApprovals", "lumoAuthConnections", "lumoAuthAgent",
							"lumoAuthCurrentUser");
				assertThat(context.getBean(LumoAuthAgent.class)).isNotNull();
				assertThat(beanFactory.getSingletonNames()).contains("lumoAuthHttp", "lumoAuthTokens");
			});
	}

	@Test
	void hasTimeoutsWithoutAnyBeingConfigured() {
		this.configured.withBean("builder", ClientHttpRequestFactoryBuilder.class, this::capturingBuilder)
			.run((context) -> {
				ClientHttpRequestFactory factory = context.getBean(AgentRuntimes.class)
					.main()
					.get(LumoAuthConnector.class)
					.requestFactory();
				assertThat(factory.createRequest(URI.create("http://127.0.0.1:9"), HttpMethod.GET))
					.hasFieldOrPropertyWithValue("timeout", Duration.ofSeconds(5));
				assertThat(this.client.get().build().connectTimeout()).hasValue(Duration.ofSeconds(2));
			});
	}

	private JdkClientHttpRequestFactoryBuilder capturingBuilder() {
		return ClientHttpRequestFactoryBuilder.jdk().withHttpClientCustomizer(this.client::set);

	}

	@Test
	void worksWithoutAnObservationRegistryAndWithSeveral() {
		this.configured.withBean("one", ObservationRegistry.class, ObservationRegistry::create)
			.withBean("two", ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void addsBeansOfItsOwnTypesOnly() {
		Map<String, String> before = new TreeMap<>();
		new ApplicationContextRunner().run((context) -> before.putAll(types(context)));
		this.configured.withConfiguration(AutoConfigurations.of(LumoAuthActuatorAutoConfiguration.class))
			.run((context) -> {
				Map<String, String> added = types(context);
				added.keySet().removeAll(before.keySet());
				added.keySet().removeIf((name) -> name.startsWith("org.springframework.boot."));
				assertThat(added).hasSizeGreaterThan(10)
					.allSatisfy((name, type) -> assertThat(type).as(name).startsWith("dev.lumoauth.spring."));
				assertThat(context).doesNotHaveBean(Executor.class)
					.doesNotHaveBean(ClientHttpRequestFactory.class)
					.doesNotHaveBean(ClientHttpRequestFactoryBuilder.class)
					.doesNotHaveBean(ObservationRegistry.class);
				for (String type : SPRING_SECURITY_TYPES) {
					assertThat(context).doesNotHaveBean(Class.forName(type));
				}
			});
	}

	/**
	 * A bean of any of these changes how Boot secures the application.
	 */
	private static final String[] SPRING_SECURITY_TYPES = {
			"org.springframework.security.oauth2.client.registration.ClientRegistrationRepository",
			"org.springframework.security.oauth2.client.registration.ClientRegistration",
			"org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager",
			"org.springframework.security.oauth2.client.OAuth2AuthorizedClientService",
			"org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider",
			"org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository",
			"org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient",
			"org.springframework.security.oauth2.jwt.JwtDecoder",
			"org.springframework.security.web.SecurityFilterChain",
			"org.springframework.security.authentication.AuthenticationManager" };

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.ai", "org.springframework.boot.actuate",
			"org.springframework.boot.health", "org.springframework.boot.micrometer", "org.springframework.web.servlet",
			"reactor", "io.modelcontextprotocol", "io.micrometer.core" })
	void worksWithoutAnOptionalIntegration(String absent) {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(absent))
			.withUserConfiguration(AsInAnApplication.class)
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(LumoAuthAgent.class));
	}

	@Test
	void worksWithoutAnyOptionalIntegration() {
		new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader("org.springframework.ai", "org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.boot.micrometer",
					"org.springframework.web.servlet", "jakarta.servlet", "reactor", "io.modelcontextprotocol",
					"io.micrometer.core"))
			.withUserConfiguration(AsInAnApplication.class)
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(LumoAuthAgent.class);
				assertThat(context).hasSingleBean(CapabilityDecisions.class);
			});
	}

	@Test
	void runsBackgroundWorkOnDaemonThreadsThatEndWithTheContext() {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		this.configured.run((context) -> {
			context.getBean(AgentRuntimes.class)
				.main()
				.get(BackgroundWork.class)
				.executor()
				.execute(() -> thread.complete(Thread.currentThread()));
			assertThat(thread.get(60, TimeUnit.SECONDS).isDaemon()).isTrue();
			assertThat(thread.join().getName()).startsWith("lumoauth-");
		});
		assertThat(thread.join()).satisfies((ended) -> {
			ended.join(TimeUnit.SECONDS.toMillis(10));
			assertThat(ended.isAlive()).isFalse();
		});
	}

	private static Map<String, String> types(ApplicationContext context) {
		Map<String, String> types = new TreeMap<>();
		Arrays.stream(context.getBeanDefinitionNames())
			.forEach((name) -> types.put(name,
					String.valueOf(context.getType(name)).replaceFirst("^(class|interface) ", "")));
		return types;
	}

	private static final class OwnConnectionDetails implements LumoAuthConnectionDetails {

		@Override
		public String getUrl() {
			return "http://localhost:9000/";
		}

		@Override
		public String getOrgId() {
			return "acme";
		}

		@Override
		public String getClientId() {
			return "agt_own";
		}

		@Override
		public String getClientSecret() {
			return "own";
		}

	}

	/**
	 * By name, as Boot imports them: a class with a missing annotation can then still be
	 * read.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(OurAutoConfigurations.class)
	static class AsInAnApplication {

	}

	static class OurAutoConfigurations implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata metadata) {
			String first = LumoAuthAutoConfiguration.class.getName();
			return Stream
				.concat(Stream.of(first),
						ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
							.getCandidates()
							.stream()
							.filter((name) -> name.startsWith("dev.lumoauth.") && !name.equals(first)))
				.toArray(String[]::new);
		}

	}

}
