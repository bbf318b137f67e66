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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.http.LumoAuthJson;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Assertions about the approvals that people were asked for in a test: one request has to
 * meet all assertions of the chain. A failed assertion lists all requests.
 *
 * @since 0.1.0
 */
public final class AskedApprovalAssert extends AbstractAssert<AskedApprovalAssert, TestReviewers> {

	private List<Approval> asked;

	/**
	 * Create assertions.
	 * @param reviewers the people who were asked
	 * @param tool the name of a tool or method, for which they were asked
	 */
	public AskedApprovalAssert(TestReviewers reviewers, String tool) {
		super(reviewers, AskedApprovalAssert.class);
		this.asked = reviewers.askedFor(tool);
	}

	/**
	 * Verify that the call had these arguments and no others.
	 * @param arguments the arguments, whose values are compared as JSON: 10 is 10.0
	 * @return this assertion
	 */
	public AskedApprovalAssert withArguments(Map<String, ? extends @Nullable Object> arguments) {
		String expected = json(arguments);
		return with((approval) -> approval.arguments().equals(expected), "with exactly " + expected);
	}

	/**
	 * Verify that the call had these arguments and no others.
	 * @param name the name of an argument
	 * @param value its value
	 * @param more further names and values, alternating
	 * @return this assertion
	 */
	public AskedApprovalAssert withArguments(String name, @Nullable Object value, @Nullable Object... more) {
		Assert.isTrue(more.length % 2 == 0, "An argument has a name but no value");
		Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
		arguments.put(name, value);
		for (int i = 0; i < more.length; i += 2) {
			arguments.put(String.valueOf(more[i]), more[i + 1]);
		}
		return withArguments(arguments);
	}

	/**
	 * Verify that the call had this argument, possibly among others.
	 * @param name the name of the argument
	 * @param value its value, compared as JSON
	 * @return this assertion
	 */
	public AskedApprovalAssert withArgument(String name, @Nullable Object value) {
		String expected = json(argument(name, value));
		return with((approval) -> has(approval, name, expected), "with " + expected);
	}

	/**
	 * Verify the reason that the person read.
	 * @param reason the reason, with its placeholders replaced
	 * @return this assertion
	 */
	public AskedApprovalAssert withReason(String reason) {
		return with((approval) -> approval.reason().equals(reason), "with reason \"" + reason + "\"");
	}

	private static boolean has(Approval approval, String name, String expected) {
		Map<String, @Nullable Object> arguments = CallArguments.read(approval.arguments()).values();
		return arguments.containsKey(name) && json(argument(name, arguments.get(name))).equals(expected);
	}

	private static Map<String, @Nullable Object> argument(String name, @Nullable Object value) {
		Map<String, @Nullable Object> argument = new LinkedHashMap<>();
		argument.put(name, value);
		return argument;
	}

	private static String json(Map<String, ? extends @Nullable Object> arguments) {
		return CallArguments.read(new String(LumoAuthJson.write(arguments), StandardCharsets.UTF_8)).canonical();
	}

	private AskedApprovalAssert with(Predicate<Approval> condition, String expectation) {
		List<Approval> left = this.asked.stream().filter(condition).toList();
		if (left.isEmpty()) {
			throw failure("%nExpecting a person to have been asked to approve '%s' %s%n%s", this.asked.get(0).tool(),
					expectation, Objects.requireNonNull(this.actual).description());
		}
		this.asked = left;
		return this;
	}

}
