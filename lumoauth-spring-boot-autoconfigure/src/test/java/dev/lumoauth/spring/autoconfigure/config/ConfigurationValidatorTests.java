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

package dev.lumoauth.spring.autoconfigure.config;

import java.time.Duration;
import java.util.Map;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Arrays;
import java.lang.reflect.RecordComponent;
import org.springframework.util.ReflectionUtils;
import org.springframework.beans.BeanUtils;
import java.util.List;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@ExtendWith(OutputCaptureExtension.class)
class ConfigurationValidatorTests {

	private static final OwnCredentials NONE = new OwnCredentials(
			new DefaultListableBeanFactory().getBeanProvider(AgentCredentials.class),
			new DefaultListableBeanFactory().getBeanProvider(FeatureCredentials.class));

	private final Map<String, Object> set = new HashMap<>();

	private final Map<String, LumoAuthAgentProperties.Named> agents = new LinkedHashMap<>();

	private final DefaultSslBundleRegistry sslBundles = new DefaultSslBundleRegistry("corporate",
			SslBundle.of(SslStoreBundle.NONE));

	ConfigurationValidatorTests() {
		set("tenant", "acme-corp");
		set("client-id", "agt_1");
		set("client-secret", "s3cret");
	}

	@Test
	void acceptsACompleteConfiguration() {
		LumoAuthConnection connection = validate();
		assertThat(connection.url()).hasToString("https://app.lumoauth.dev");
		assertThat(connection.tenant()).isEqualTo("acme-corp");
		assertThat(connection.orgId()).isNull();
		assertThat(connection.clientId()).isEqualTo("agt_1");
		assertThat(connection.clientSecret()).isEqualTo("s3cret");
	}

	@ParameterizedTest
	@CsvSource({ "https://lumo.example.com, https://lumo.example.com",
			"https://lumo.example.com/, https://lumo.example.com",
			"HTTPS://lumo.example.com:8443/prefix//, https://lumo.example.com:8443/prefix",
			"http://localhost:9000, http://localhost:9000", "http://127.0.0.1:9000/, http://127.0.0.1:9000",
			"http://[::1]:9000, http://[::1]:9000" })
	void acceptsUrls(String url, String read) {
		set("url", url);
		assertThat(validate().url()).hasToString(read);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "lumo.example.com", "/api", "ftp://lumo.example.com", "https:///api",
			"https:lumo", "https://lumo.example.com/a/../b", "https://lu mo.example.com", "https://lumo_host",
			"${LUMO_ADDRESS}", "https://lumo.example.com:99999",
			"https://a1234567890123456789012345678901234567890123456789012345678901234.example.com" })
	void refusesUrlsThatAreNotAbsolute(String url) {
		set("url", url);
		assertThat(problem().description())
			.isEqualTo("lumoauth.url is not an absolute http or https URL: '" + url + "'.");
		assertThat(problem().action())
			.isEqualTo("Set lumoauth.url to an absolute URL, such as https://app.lumoauth.dev.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://lumo.example.com/t/acme", "https://lumo.example.com/idp/orgs/4711/",
			"https://lumo.example.com/t/acme/api/v1", "https://lumo.example.com/api/v1/" })
	void refusesUrlsWithWhatTheLibraryAdds(String url) {
		set("url", url);
		assertThat(problem().description())
			.isEqualTo("lumoauth.url is the address of a tenant, of an organization or of the API: '" + url + "'.");
		assertThat(problem().action()).startsWith("Remove that part of the path.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://user:pa55word@lumo.example.com", "https://lumo.example.com?key=pa55word",
			"https://lumo.example.com/#pa55word", "https://user:pa 55word@lumo" })
	void refusesUrlsWithCredentialsQueryOrFragmentWithoutRepeatingThem(String url) {
		set("url", url);
		assertThat(problem().description()).startsWith("lumoauth.url has a user name, a query or a fragment");
		assertThat(failure().toString() + failure().problems()).doesNotContain("55word");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumo.example.com", "127.0.0.1.example.com", "0.0.0.0" })
	void refusesHttpToAHostThatIsNotLoopback(String host) {
		set("url", "http://" + host + ":9000");
		assertThat(problem().description())
			.startsWith("lumoauth.url is http, and '" + host + "' is not a loopback host");
		assertThat(problem().action())
			.isEqualTo("Use https in lumoauth.url. Plain http works for localhost, 127.0.0.1 and [::1] only.");
	}

	@Test
	void namesTheSwitchWhereTheHostIsAContainers() {
		set("url", "http://lumoauth:9000");
		assertThat(problem().description()).startsWith("lumoauth.url is http, and 'lumoauth' is not a loopback host");
		assertThat(problem().action()).endsWith("Or set lumoauth.plain-http-in-development=true, if it is a LumoAuth "
				+ "for development in a container's network.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://lumoauth:9000", "http://host.docker.internal:9000", "http://172.17.0.2:9000",
			"http://127.0.0.1:9000", "https://lumoauth" })
	void acceptsHttpInANetworkForDevelopmentWithTheSwitchAndWarnsAtEachStart(String url, CapturedOutput output) {
		set("url", url);
		set("plain-http-in-development", true);
		for (int start = 1; start <= 2; start++) {
			LumoAuthConnection connection = validate();
			assertThat(connection.addresses().token().toString()).startsWith(url + "/t/acme-corp/");
			assertThat(connection.layouts()).hasSize(2);
			assertThat(output.toString().split("lumoauth.plain-http-in-development is true", -1)).hasSize(start + 1);
		}
		assertThat(output).contains("at " + url + " in the clear. Never set it in production.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://app.lumoauth.dev", "http://app.lumoauth.dev", "http://lumoauth.prod.svc",
			"http://lumoauth.example.com", "http://8.8.8.8", "https://ai", "http://169.254.169.254" })
	void refusesTheSwitchTogetherWithWhatLooksLikeProduction(String url) {
		set("url", url);
		set("plain-http-in-development", true);
		assertThat(problem().description()).startsWith("lumoauth.plain-http-in-development is true, and '")
			.contains("looks like production");
		assertThat(problem().action()).startsWith("Remove lumoauth.plain-http-in-development.");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void refusesAMissingClientId(String clientId) {
		set("client-id", clientId);
		assertThat(problem()).isEqualTo(new Problem("lumoauth.client-id is missing.",
				"Set lumoauth.client-id (or the environment variable AGENT_CLIENT_ID) to the agent's client id."));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " " })
	void refusesAMissingClientSecret(String clientSecret) {
		set("client-secret", clientSecret);
		assertThat(problem()).isEqualTo(new Problem("lumoauth.client-secret is missing.",
				"Set lumoauth.client-secret (or the environment variable AGENT_CLIENT_SECRET) to the agent's client "
						+ "secret, or lumoauth.client-authentication-method=none if it has none."));
	}

	@Test
	void needsNoClientSecretAndUsesNoneWithTheMethodNone() {
		set("client-authentication-method", "none");
		assertThat(validate().clientSecret()).isNull();
		set("client-secret", null);
		assertThat(validate().clientSecret()).isNull();
	}

	@Test
	void refusesASecretWithALineBreakWithoutRepeatingIt() {
		set("client-secret", "pa55word\n");
		assertThat(problem().description())
			.isEqualTo("lumoauth.client-secret has a line break or another control character (value not shown).");
		assertThat(failure().toString() + failure().problems()).doesNotContain("55word");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"pa55word\"", "'pa55word'", "pa55word ", " pa55word" })
	void refusesASecretInQuotesOrBlanksWithoutRepeatingIt(String secret) {
		set("client-secret", secret);
		assertThat(problem().description())
			.isEqualTo("lumoauth.client-secret is in quotes, or has a blank before or after it (value not shown).");
		assertThat(failure().toString() + failure().problems()).doesNotContain("55word");
		set("client-secret", "\"pa55'word");
		assertThat(validate().clientSecret()).isEqualTo("\"pa55'word");
	}

	@Test
	void refusesAPlaceholderThatNothingResolves() {
		set("client-secret", "${VAULT_SECRET}");
		assertThat(problem().description())
			.isEqualTo("lumoauth.client-secret is the placeholder '${VAULT_SECRET}', which nothing resolves.");
	}

	@Test
	void refusesNeitherTenantNorOrganization() {
		set("tenant", null);
		assertThat(problem()).isEqualTo(new Problem("lumoauth.tenant and lumoauth.org-id are both missing.",
				"Set exactly one of them: lumoauth.tenant (or the environment variable LUMOAUTH_TENANT) to the tenant's "
						+ "slug, or lumoauth.org-id (or the environment variable LUMOAUTH_ORG_ID) to the "
						+ "organization's."));
	}

	@Test
	void refusesBothTenantAndOrganization() {
		set("org-id", "acme");
		assertThat(problem().description()).isEqualTo("lumoauth.tenant and lumoauth.org-id are both set.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", ".", "a/b", "a\\b", "/", "a..b", "acme corp", "acme\n", "\"acme\"" })
	void refusesWhatIsNoSlug(String slug) {
		set("tenant", slug);
		assertThat(problem().description()).startsWith("lumoauth.tenant is not a valid slug: '").doesNotContain("\n");
		set("tenant", null);
		set("org-id", slug);
		assertThat(problem().description()).startsWith("lumoauth.org-id is not a valid slug: '").doesNotContain("\n");
	}

	@Test
	void acceptsASlugThatHasToBeEncoded() {
		set("tenant", "größe+1");
		assertThat(validate().tenant()).isEqualTo("größe+1");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1 })
	void refusesTimeoutsThatAreNotPositive(long millis) {
		set("connect-timeout", Duration.ofMillis(millis));
		set("read-timeout", Duration.ofMillis(millis));
		assertThat(failure().problems()).containsExactly(
				new Problem("lumoauth.connect-timeout is " + millis + " ms, which is not above zero.",
						"Set lumoauth.connect-timeout to a time such as 2s."),
				new Problem("lumoauth.read-timeout is " + millis + " ms, which is not above zero.",
						"Set lumoauth.read-timeout to a time such as 5s."));
	}

	@Test
	void refusesALifetimeFarBelowZero() {
		set("capabilities.cache.allow-ttl", Duration.ofSeconds(Long.MIN_VALUE));
		assertThat(problem().description()).startsWith("lumoauth.capabilities.cache.allow-ttl is PT-")
			.endsWith(", which is below zero.");
	}

	@Test
	void refusesLifetimesBelowZeroAndAcceptsZero() {
		set("capabilities.cache.allow-ttl", Duration.ZERO);
		set("capabilities.cache.deny-ttl", Duration.ZERO);
		assertThat(validate()).isNotNull();
		set("capabilities.cache.allow-ttl", Duration.ofSeconds(-1));
		set("capabilities.cache.deny-ttl", Duration.ofSeconds(-2));
		assertThat(failure().problems()).extracting(Problem::description)
			.containsExactly("lumoauth.capabilities.cache.allow-ttl is PT-1S, which is below zero.",
					"lumoauth.capabilities.cache.deny-ttl is PT-2S, which is below zero.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT24H0.000000001S", "PT25H", "PT2562047788015215H30M7S" })
	void refusesLifetimesOfMoreThanADay(Duration tooLong) {
		set("capabilities.cache.allow-ttl", Duration.ofHours(24));
		set("capabilities.cache.deny-ttl", Duration.ofHours(24));
		assertThat(validate()).isNotNull();
		set("capabilities.cache.allow-ttl", tooLong);
		set("capabilities.cache.deny-ttl", tooLong);
		assertThat(failure().problems()).containsExactly(
				new Problem("lumoauth.capabilities.cache.allow-ttl is " + tooLong + ", which is more than 24 h.",
						"Set lumoauth.capabilities.cache.allow-ttl to a time of at most 24 h, such as 30s, "
								+ "or to 0s for none."),
				new Problem("lumoauth.capabilities.cache.deny-ttl is " + tooLong + ", which is more than 24 h.",
						"Set lumoauth.capabilities.cache.deny-ttl to a time of at most 24 h, such as 5s, "
								+ "or to 0s for none."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "read-timeout", "max-wait", "capabilities.cache.allow-ttl" })
	void warnsOfATimeThatIsMeantInSeconds(String property, CapturedOutput output) {
		set(property, "5");
		validate();
		assertThat(output).contains("lumoauth." + property + " is 5 ms, which is rarely intended. A number without a "
				+ "unit is in milliseconds: write 5s for seconds.");
	}

	@Test
	void warnsOnceOfAnAllowThatCountsForLongerThanTenMinutes(CapturedOutput output) {
		set("capabilities.cache.deny-ttl", Duration.ofHours(1));
		set("capabilities.cache.allow-ttl", Duration.ofMinutes(10));
		validate();
		assertThat(output).doesNotContain("-ttl");
		set("capabilities.cache.allow-ttl", Duration.ofMinutes(10).plusMillis(1));
		validate();
		assertThat(output).containsOnlyOnce("lumoauth.capabilities.cache.allow-ttl is PT10M0.001S: "
				+ "a revoked capability keeps working for that long");
		assertThat(output).doesNotContain("deny-ttl");
	}

	@Test
	void refusesToBridgeAnOutageForLongerThanADay() {
		set("capabilities.stale-if-unavailable", Duration.ofHours(24));
		assertThat(validate()).isNotNull();
		set("capabilities.stale-if-unavailable", Duration.ofHours(25));
		assertThat(problem().description())
			.isEqualTo("lumoauth.capabilities.stale-if-unavailable is PT25H, which is more than 24 h.");
		set("capabilities.stale-if-unavailable", Duration.ofSeconds(-1));
		assertThat(problem().description())
			.isEqualTo("lumoauth.capabilities.stale-if-unavailable is PT-1S, which is below zero.");
	}

	@Test
	void refusesAScopeThatCannotBeSent() {
		set("scopes", List.of("read:documents", "openid profile"));
		assertThat(problem()).isEqualTo(new Problem("lumoauth.scopes has 'openid profile', which is not a valid scope.",
				"Write the scopes as a list, or with commas between them: no blanks, quotes or backslashes."));
	}

	@Test
	void refusesAnUnknownSslBundleAndSaysWhichThereAre() {
		set("ssl-bundle", "corporat");
		assertThat(problem()).isEqualTo(new Problem("lumoauth.ssl-bundle names 'corporat', which is not there.",
				"Define the bundle under spring.ssl.bundle, or set lumoauth.ssl-bundle to an existing one: "
						+ "corporate."));
		set("ssl-bundle", "corporate");
		assertThat(validate()).isNotNull();
	}

	@Test
	void reportsEverythingAtOnce() {
		set("url", "http://lumo.example.com");
		set("tenant", null);
		set("client-id", null);
		set("client-secret", null);
		set("read-timeout", Duration.ZERO);
		assertThat(failure().problems()).hasSize(5);
		assertThat(failure()).hasMessageContainingAll("lumoauth.url", "lumoauth.tenant", "lumoauth.client-id",
				"lumoauth.client-secret", "lumoauth.read-timeout");
	}

	@Test
	void saysWhereValuesOfABeanComeFrom() {
		LumoAuthConnectionDetails details = new LumoAuthConnectionDetails() {

			@Override
			public String getUrl() {
				return "https://lumo.example.com";
			}

			@Override
			public String getClientId() {
				return "agt_1";
			}

			@Override
			public String getClientSecret() {
				return "s3cret";
			}

		};
		ConfigurationValidator validator = new ConfigurationValidator(properties(), this.sslBundles, NONE);
		InvalidLumoAuthConfigurationException failure = catchThrowableOfType(
				InvalidLumoAuthConfigurationException.class, () -> validator.validate(details, true));
		assertThat(failure.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.action())
				.contains("in the application's LumoAuthConnectionDetails bean"));
	}

	@Test
	void agentsWithANameAreComplete() {
		agent("trade", null, null);
		assertThat(failure().problems()).extracting(Problem::description)
			.containsExactly("lumoauth.agents.trade.client-id is missing.",
					"lumoauth.agents.trade.client-secret is missing.");
		assertThat(failure().problems()).extracting(Problem::action)
			.satisfies((actions) -> assertThat(actions.get(1))
				.contains("lumoauth.agents.trade.client-authentication-method=none"));
	}

	@Test
	void agentWithANameMayHaveNoSecret() {
		agent("trade", "agt_t", null, "none", List.of());
		assertThat(validate()).isNotNull();
	}

	@Test
	void valuesOfAgentsWithANameAreCheckedAndSecretsNotShown() {
		agent("trade", "${TRADE_ID}", "pa55\n", null, List.of("a b"));
		assertThat(failure().problems()).extracting(Problem::description)
			.containsExactly(
					"lumoauth.agents.trade.client-id is the placeholder '${TRADE_ID}', which nothing resolves.",
					"lumoauth.agents.trade.client-secret has a line break or another control character (value not "
							+ "shown).",
					"lumoauth.agents.trade.scopes has 'a b', which is not a valid scope.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "my agent", "a.b", "-a", "", "über", "a\nb", "lumoAuthAgent", "lumoauth" })
	void namesOfAgentsAreNames(String name) {
		agent(name, "agt_t", "s3cret");
		assertThat(problem().description()).startsWith("lumoauth.agents has '")
			.endsWith("', which is not a valid agent name.")
			.doesNotContain("\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Trade-Desk", "tradedesk", "trade_desk" })
	void namesOfAgentsDifferInMoreThanWhatBootHeeds(String name) {
		agent("trade-desk", "agt_t", "s3cret");
		agent(name, "agt_u", "s3cret");
		assertThat(problem().description()).contains("lumoauth.agents.trade-desk", "lumoauth.agents." + name);
	}

	@Test
	void twoAgentsAreNotOne() {
		agent("trade", "agt_1", "s3cret");
		agent("research", "agt_r", "s3cret");
		agent("other", "agt_r", "s3cret");
		assertThat(failure().problems()).extracting(Problem::description)
			.containsExactly("lumoauth.agents.trade.client-id is the same as lumoauth.client-id.",
					"lumoauth.agents.other.client-id is the same as lumoauth.agents.research.client-id.");
	}

	@Test
	void agentWithoutANameIsNotNeededBesideOthers() {
		agent("trade", "agt_t", "s3cret");
		set("client-id", null);
		set("client-secret", null);
		LumoAuthConnection connection = new ConfigurationValidator(properties(), this.sslBundles, NONE)
			.validate(details(), false);
		assertThat(connection.clientId()).isNull();
		assertThat(connection.tenant()).isEqualTo("acme-corp");
	}

	private void agent(String name, String clientId, String clientSecret) {
		agent(name, clientId, clientSecret, null, List.of());
	}

	private void agent(String name, String clientId, String clientSecret, String method, List<String> scopes) {
		this.agents.put(name,
				new LumoAuthAgentProperties.Named(clientId, clientSecret, null, scopes, method, null,
						new LumoAuthAgentProperties.PrivateKeyJwt(null, null, null, null),
						new LumoAuthAgentProperties.Dpop(false, null)));
	}

	private void set(String name, Object value) {
		this.set.put("lumoauth." + name, value);
	}

	/**
	 * What is set, with agents of any name.
	 */
	private LumoAuthProperties properties() {
		this.set.values().removeIf(Objects::isNull);
		LumoAuthProperties bound = TestSettings.properties(this.set);
		RecordComponent[] components = LumoAuthProperties.class.getRecordComponents();
		Object[] values = Arrays.stream(components)
			.map((each) -> each.getName().equals("agents") ? this.agents
					: ReflectionUtils.invokeMethod(each.getAccessor(), bound))
			.toArray();
		return (LumoAuthProperties) BeanUtils.instantiateClass(LumoAuthProperties.class.getDeclaredConstructors()[0],
				values);
	}

	@Test
	void theConnectionNeverShowsItsSecret() {
		assertThat(validate().toString()).contains("agt_1", "acme-corp").doesNotContain("s3cret");
	}

	private LumoAuthConnection validate() {
		return new ConfigurationValidator(properties(), this.sslBundles, NONE).validate(details(), true);
	}

	private LumoAuthConnectionDetails details() {
		MockEnvironment environment = new MockEnvironment();
		LumoAuthProperties properties = properties();
		this.set.forEach((name, value) -> environment.setProperty(name, value.toString()));
		return new PropertiesLumoAuthConnectionDetails(properties, environment);
	}

	private InvalidLumoAuthConfigurationException failure() {
		return catchThrowableOfType(InvalidLumoAuthConfigurationException.class, this::validate);
	}

	private Problem problem() {
		assertThat(failure().problems()).hasSize(1);
		return failure().problems().get(0);
	}

}
