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

package dev.lumoauth.mcpserver.security;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogText}.
 */
class LogTextTests {

	@Test
	void writesADashForWhatIsNotThere() {
		assertThat(LogText.of(new Caller("i", "agt_1", List.of(), "", List.of("urn:x"), Set.of())))
			.isEqualTo("sub=agt_1 act=- aud=urn:x client=- scope=-");
	}

	@Test
	void letsNoClaimWriteAnotherLineOrField() {
		String text = LogText
			.of(new Caller("i", "a\nb sub=admin\u0085\u202e\"", List.of("x,y"), "c", List.of("d"), Set.of("e")));
		assertThat(text).isEqualTo("sub=a?b?sub?admin??? act=x?y aud=d client=c scope=e");
	}

	@Test
	void cutsALongClaim() {
		assertThat(LogText.of(new Caller("i", "s".repeat(10_000), List.of(), "c", List.of(), Set.of())))
			.hasSizeLessThan(300);
	}

}
