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

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class PropertiesLumoAuthConnectionDetailsTests {

	private final Map<String, Object> variables = new HashMap<>();

	private final Map<String, Object> file = new HashMap<>();

	@Test
	void readsTheGuidesVariablesWithNothingElseSet() {
		this.variables.put("LUMOAUTH_URL", "https://eu.lumoauth.example");
		this.variables.put("LUMOAUTH_TENANT", "acme-corp");
		this.variables.put("AGENT_CLIENT_ID", "agt_1");
		this.variables.put("AGENT_CLIENT_SECRET", "s3cret");
		LumoAuthConnectionDetails details = details();
		assertThat(details.getUrl()).isEqualTo("https://eu.lumoauth.example");
		assertThat(details.getTenant()).isEqualTo("acme-corp");
		assertThat(details.getOrgId()).isNull();
		assertThat(details.getClientId()).isEqualTo("agt_1");
		assertThat(details.getClientSecret()).isEqualTo("s3cret");
	}

	@Test
	void readsTheOrganizationFromItsVariable() {
		this.variables.put("LUMOAUTH_ORG_ID", "acme");
		assertThat(details().getOrgId()).isEqualTo("acme");
		assertThat(details().getTenant()).isNull();
	}

	@Test
	void readsVariablesThatAreNotInTheSystemEnvironment() {
		this.file.put("LUMOAUTH_ORG_ID", "acme");
		this.file.put("LUMOAUTH_URL", "https://a.example");
		assertThat(details().getOrgId()).isEqualTo("acme");
		assertThat(details().getUrl()).isEqualTo("https://a.example");
	}

	@Test
	void fallsBackToTheHostedServiceWithoutAUrl() {
		assertThat(details().getUrl()).isEqualTo("https://app.lumoauth.dev");
	}

	@Test
	void namesTheVariablesThatHaveNoEffect() {
		this.variables.put("LUMOAUTH_URL", "https://variable.example");
		this.variables.put("LUMOAUTH_TENANT", "acme");
		this.variables.put("AGENT_CLIENT_ID", "variable");
		this.file.put("lumoauth.url", "https://property.example");
		this.file.put("lumoauth.tenant", "${LUMOAUTH_TENANT}");
		assertThat(details().overridden()).containsExactly(ConnectionSetting.URL);
	}

	@Test
	void propertiesWinOverVariablesThoughBootWouldHaveItTheOtherWayRound() {
		this.variables.put("LUMOAUTH_URL", "https://variable.example");
		this.variables.put("LUMOAUTH_TENANT", "variable");
		this.variables.put("AGENT_CLIENT_ID", "variable");
		this.variables.put("AGENT_CLIENT_SECRET", "variable");
		this.file.put("lumoauth.url", "https://property.example");
		this.file.put("lumoauth.tenant", "property");
		this.file.put("lumoauth.client-id", "property");
		this.file.put("lumoauth.clientSecret", "property");
		LumoAuthConnectionDetails details = details();
		assertThat(details.getUrl()).isEqualTo("https://property.example");
		assertThat(details.getTenant()).isEqualTo("property");
		assertThat(details.getClientId()).isEqualTo("property");
		assertThat(details.getClientSecret()).isEqualTo("property");
	}

	@Test
	void aPropertyForTheOneWinsOverTheVariableForTheOther() {
		this.variables.put("LUMOAUTH_ORG_ID", "variable");
		this.file.put("lumoauth.tenant", "property");
		assertThat(details().getTenant()).isEqualTo("property");
		assertThat(details().getOrgId()).isNull();
	}

	@Test
	void bothVariablesStayBothSoThatValidationSeesThem() {
		this.variables.put("LUMOAUTH_ORG_ID", "org");
		this.variables.put("LUMOAUTH_TENANT", "tenant");
		assertThat(details().getTenant()).isEqualTo("tenant");
		assertThat(details().getOrgId()).isEqualTo("org");
	}

	@Test
	void readsBootsOwnSpellingsOfPropertiesInTheEnvironment() {
		this.variables.put("LUMOAUTH_CLIENTID", "property");
		this.variables.put("LUMOAUTH_CLIENT_SECRET", "legacy");
		this.variables.put("AGENT_CLIENT_ID", "variable");
		this.variables.put("AGENT_CLIENT_SECRET", "variable");
		assertThat(details().getClientId()).isEqualTo("property");
		assertThat(details().getClientSecret()).isEqualTo("legacy");
	}

	@Test
	void aBlankPropertyLeavesTheVariable() {
		this.variables.put("AGENT_CLIENT_ID", "variable");
		this.variables.put("LUMOAUTH_URL", "https://variable.example");
		this.file.put("lumoauth.client-id", "${NOT_SET:}");
		this.file.put("lumoauth.url", " ");
		assertThat(details().getClientId()).isEqualTo("variable");
		assertThat(details().getUrl()).isEqualTo("https://variable.example");
	}

	@Test
	void aBlankUrlIsNotReplacedByTheDefault() {
		this.file.put("lumoauth.url", "${NOT_SET:}");
		assertThat(details().getUrl()).isBlank();
		this.file.clear();
		this.variables.put("LUMOAUTH_URL", " ");
		assertThat(details().getUrl()).isBlank();
	}

	@Test
	void readsBootsOwnSpellingsBeforeTheFileAsBootDoes() {
		this.variables.put("LUMOAUTH_CLIENT_ID", "boot's");
		this.variables.put("LUMOAUTH_CLIENTSECRET", "boot's");
		this.variables.put("LUMOAUTH_ORGID", "boot's");
		this.variables.put("AGENT_CLIENT_ID", "variable");
		this.file.put("lumoauth.client-id", "file");
		this.file.put("lumoauth.client-secret", "file");
		this.file.put("lumoauth.org-id", "file");
		assertThat(details().getClientId()).isEqualTo("boot's");
		assertThat(details().getClientSecret()).isEqualTo("boot's");
		assertThat(details().getOrgId()).isEqualTo("boot's");
	}

	@Test
	void resolvesPlaceholders() {
		this.file.put("lumoauth.tenant", "${company}-corp");
		this.file.put("company", "acme");
		assertThat(details().getTenant()).isEqualTo("acme-corp");
	}

	@Test
	void aChildContextHasItsOwnAgent() {
		StandardEnvironment parent = new StandardEnvironment();
		parent.getPropertySources()
			.addFirst(new MapPropertySource("parent", Map.of("lumoauth.client-id", "agt_parent")));
		ConfigurationPropertySources.attach(parent);
		this.file.put("lumoauth.client-id", "agt_child");
		StandardEnvironment child = environment();
		child.merge(parent);
		assertThat(details(child).getClientId()).isEqualTo("agt_child");
	}

	private PropertiesLumoAuthConnectionDetails details() {
		return details(environment());
	}

	private static PropertiesLumoAuthConnectionDetails details(StandardEnvironment environment) {
		LumoAuthProperties properties = Binder.get(environment).bindOrCreate("lumoauth", LumoAuthProperties.class);
		return new PropertiesLumoAuthConnectionDetails(properties, environment);
	}

	/**
	 * The order is Boot's: variables before configuration files.
	 */
	private StandardEnvironment environment() {
		return new StandardEnvironment() {

			@Override
			protected void customizePropertySources(MutablePropertySources sources) {
				sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment",
						PropertiesLumoAuthConnectionDetailsTests.this.variables));
				sources.addLast(new MapPropertySource("file", PropertiesLumoAuthConnectionDetailsTests.this.file));
			}

		};
	}

}
