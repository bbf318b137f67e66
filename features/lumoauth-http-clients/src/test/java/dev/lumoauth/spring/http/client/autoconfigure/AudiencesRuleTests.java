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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import dev.lumoauth.spring.http.client.LumoAuthHttpClients;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AudiencesRule}.
 */
class AudiencesRuleTests {

	private final Map<String, LumoAuthAudienceProperties> audiences = new HashMap<>();

	@ParameterizedTest
	@CsvSource({ "urn:reports, https://reports.example.com", "urn:reports, http://localhost:8081",
			"urn:reports, https://reports.example.com:8443/some/path?x=y", "reports, HTTPS://REPORTS.example.com",
			"https://reports.example.com/api, https://reports.example.com:443" })
	void takesWhatHasAnIdAndAPlace(String audience, String url) {
		add("reports", audience, url);
		assertThat(problems()).isEmpty();
		assertThat(new LumoAuthHttpClients(() -> {
			throw new IllegalStateException("No token is needed");
		}, new AudiencesRule(new ConfigurationProblems()).check(this.audiences))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " " })
	void refusesWhatIsBlank(String blank) {
		add("reports", blank, "https://reports.example.com");
		add("other", "urn:other", blank);
		assertThat(problems()).extracting(Problem::description)
			.containsExactlyInAnyOrder("lumoauth.audiences.reports.audience is missing.",
					"lumoauth.audiences.other.url is missing.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://reports.example.com", "http://192.0.2.1", "reports.example.com", "/reports",
			"ftp://reports.example.com", "https:///reports", "https://re ports", "${REPORTS_URL}" })
	void refusesAUrlThatNoTokenMayBeSentTo(String url) {
		add("reports", "urn:reports", url);
		assertThat(problem().description())
			.isEqualTo("lumoauth.audiences.reports.url must not receive tokens: '" + url + "'.");
		assertThat(problem().action()).startsWith("Set lumoauth.audiences.reports.url to an https address");
	}

	@Test
	void refusesAUrlWithAUserNameWithoutRepeatingIt() {
		add("reports", "urn:reports", "https://me:pa55word@reports.example.com");
		assertThat(problem().toString()).contains("lumoauth.audiences.reports.url has a user name")
			.doesNotContain("pa55word");
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:re ports", "urn:reports\n", "${REPORTS_AUDIENCE}" })
	void refusesAnAudienceThatIsNoId(String audience) {
		add("reports", audience, "https://reports.example.com");
		assertThat(problem().description()).startsWith("lumoauth.audiences.reports.audience is not a valid server id");
	}

	@Test
	void refusesTwoServersForOneAudience() {
		add("reports", "urn:reports", "https://reports.example.com/api");
		add("again", "urn:reports", "https://reports.example.com:443");
		assertThat(problems()).isEmpty();
		add("other", "urn:reports", "https://other.example.com");
		assertThat(problem().description()).contains("lumoauth.audiences.other.url", "are two servers for one audience",
				"'urn:reports'");
	}

	@Test
	void refusesAnAddressThatIsSaidToBeElsewhere() {
		add("reports", "https://reports.example.com", "https://other.example.com");
		assertThat(problem().description()).isEqualTo("lumoauth.audiences.reports.audience is an address, and "
				+ "lumoauth.audiences.reports.url leads to another server.");
	}

	@Test
	void readsThemFromTheEnvironmentToo() {
		Binder binder = new Binder(ConfigurationPropertySources
			.from(new SystemEnvironmentPropertySource("systemEnvironment", Map.of("LUMOAUTH_AUDIENCES_REPORTS_AUDIENCE",
					"urn:reports:eu", "LUMOAUTH_AUDIENCES_REPORTS_URL", "https://reports.example.com"))));
		LumoAuthHttpClientsProperties properties = binder.bindOrCreate("lumoauth",
				Bindable.of(LumoAuthHttpClientsProperties.class));
		assertThat(properties.audiences()).hasSize(1).hasEntrySatisfying("reports", (reports) -> {
			assertThat(reports.audience()).isEqualTo("urn:reports:eu");
			assertThat(URI.create(reports.url())).hasHost("reports.example.com");
		});
	}

	private void add(String name, String audience, String url) {
		this.audiences.put(name, new LumoAuthAudienceProperties(audience, url));
	}

	private List<Problem> problems() {
		ConfigurationProblems problems = new ConfigurationProblems();
		new AudiencesRule(problems).check(this.audiences);
		return problems.asException().problems();
	}

	private Problem problem() {
		assertThat(problems()).hasSize(1);
		return problems().get(0);
	}

}
