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

package dev.lumoauth.spring.capability;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.client.AgentsApi;
import dev.lumoauth.spring.client.AuthzApi;
import dev.lumoauth.spring.client.UserInfo;
import dev.lumoauth.spring.client.UserInfoApi;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CheckCapabilitySource}, {@link AskCapabilitySource} and
 * {@link UserinfoCapabilitySource}.
 */
class CapabilitySourcesTests {

	@Test
	void checksOneCapabilityByItself() {
		AuthzApi authz = mock();
		given(authz.check("a")).willReturn(true);
		given(authz.check("b")).willReturn(false);
		CheckCapabilitySource source = new CheckCapabilitySource(authz);
		assertThat(source.ask(List.of("a"))).containsExactlyEntriesOf(Map.of("a", true));
		assertThat(source.ask(List.of("b"))).containsExactlyEntriesOf(Map.of("b", false));
	}

	@Test
	void checksSeveralCapabilitiesWithOneRequest() {
		AuthzApi authz = mock();
		given(authz.checkBulk(List.of("a", "b"))).willReturn(Map.of("a", true));
		assertThat(new CheckCapabilitySource(authz).ask(List.of("a", "b"))).isEqualTo(Map.of("a", true));
		then(authz).should().checkBulk(List.of("a", "b"));
		then(authz).shouldHaveNoMoreInteractions();
	}

	@Test
	void asksForEachCapabilityAsAnAction() {
		AgentsApi agents = mock();
		given(agents.ask("a", Map.of())).willReturn(new AskResult(true, "a", "because", "1"));
		given(agents.ask("b", Map.of())).willReturn(new AskResult(false, "b", "because not", "2"));
		assertThat(new AskCapabilitySource(agents).ask(List.of("a", "b"))).isEqualTo(Map.of("a", true, "b", false));
	}

	@Test
	void handsOverEachAnswerAsItComes() {
		AgentsApi agents = mock();
		given(agents.ask("a", Map.of())).willReturn(new AskResult(false, "a", "because not", "1"));
		given(agents.ask("b", Map.of())).willThrow(new LumoAuthUnavailableException("down", null));
		Map<String, Boolean> answers = new HashMap<>();
		AskCapabilitySource source = new AskCapabilitySource(agents);
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> source.ask(List.of("a", "b"), answers::put));
		assertThat(answers).isEqualTo(Map.of("a", false));
	}

	@Test
	void readsTheCapabilitiesOfUserinfo() {
		UserInfoApi userinfo = mock();
		given(userinfo.userinfo()).willReturn(new UserInfo("agt_1", Set.of("a"), null));
		assertThat(new UserinfoCapabilitySource(userinfo).ask(List.of("a", "b")))
			.isEqualTo(Map.of("a", true, "b", false));
		then(userinfo).should().userinfo();
	}

	@Test
	void userinfoWithoutAListIsNoAnswerAndNamesTheProperty() {
		UserInfoApi userinfo = mock();
		given(userinfo.userinfo()).willReturn(new UserInfo("agt_1", null, null));
		UserinfoCapabilitySource source = new UserinfoCapabilitySource(userinfo);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> source.ask(List.of("a")))
			.withMessageContaining("lumoauth.capabilities.source");
	}

	@Test
	void userinfoWithAnEmptyListDenies() {
		UserInfoApi userinfo = mock();
		given(userinfo.userinfo()).willReturn(new UserInfo("agt_1", Set.of(), null));
		assertThat(new UserinfoCapabilitySource(userinfo).ask(List.of("a"))).isEqualTo(Map.of("a", false));
	}

}
