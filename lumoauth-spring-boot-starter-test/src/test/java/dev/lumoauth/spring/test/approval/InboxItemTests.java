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

package dev.lumoauth.spring.test.approval;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InboxItem}.
 */
class InboxItemTests {

	@Test
	void isWhatNobodyHasDecided() {
		assertThat(InboxItem.waiting(Map.of("requests",
				List.of(request("r1", "pending", "identifier"), request("r2", "approved", "identifier"),
						request("r3", "pending", "tool"), Map.of("id", "r4", "status", "pending"), "nothing"))))
			.containsExactly(new InboxItem("r1", "refund"), new InboxItem("r3", "refund"), new InboxItem("r4", "null"));
		assertThat(InboxItem.waiting(Map.of())).isEmpty();
	}

	@Test
	void isMeantByItsToolOrItsId() {
		assertThat(new InboxItem("r1", "refund").is("refund")).isTrue();
		assertThat(new InboxItem("r1", "refund").is("r1")).isTrue();
		assertThat(new InboxItem("r1", "refund").is("fund")).isFalse();
		assertThat(new InboxItem("r1", "a.refund").is("refund")).as("a tool has one name").isFalse();
		InboxItem method = new InboxItem("r1", "com.example.Payments.refund(String)");
		assertThat(List.of("refund", "Payments.refund", "com.example.Payments.refund", "refund(String)", method.tool()))
			.allMatch(method::is);
		assertThat(method.is("fund")).isFalse();
		assertThat(method.is("refund(int)")).isFalse();
	}

	private static Map<String, Object> request(String id, String status, String tool) {
		return Map.of("id", id, "status", status, "details", Map.of(tool, "refund"));
	}

}
