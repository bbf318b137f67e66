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

package dev.lumoauth.spring.test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthJson;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The script of a {@link ScriptedChatModel}: the tools that it calls, one message after
 * another, and its final answer. Each question starts the script again.
 *
 * @since 0.1.0
 */
public final class ModelScript {

	private final List<List<Call>> messages = new ArrayList<>();

	private @Nullable String answer;

	ModelScript() {
	}

	/**
	 * Call a tool in a separate message, after the tools called before have answered.
	 * @param tool the tool's name
	 * @param arguments the arguments by name
	 * @return this script
	 */
	public ModelScript calls(String tool, Map<String, ?> arguments) {
		return calls(tool, json(arguments));
	}

	/**
	 * Call a tool in a separate message, after the tools called before have answered.
	 * @param tool the tool's name
	 * @param arguments the arguments as the model writes them: JSON, or what a model may
	 * write instead
	 * @return this script
	 */
	public ModelScript calls(String tool, String arguments) {
		List<Call> message = new ArrayList<>();
		message.add(new Call(tool, arguments, false));
		this.messages.add(message);
		return this;
	}

	/**
	 * Call another tool in the same message as the previous call.
	 * @param tool the tool's name
	 * @param arguments the arguments by name
	 * @return this script
	 */
	public ModelScript andCalls(String tool, Map<String, ?> arguments) {
		return andCalls(tool, json(arguments));
	}

	/**
	 * Call another tool in the same message as the previous call.
	 * @param tool the tool's name
	 * @param arguments the arguments as the model writes them
	 * @return this script
	 */
	public ModelScript andCalls(String tool, String arguments) {
		lastMessage("andCalls").add(new Call(tool, arguments, false));
		return this;
	}

	/**
	 * Make the previous call even if the model was not offered the tool, because the tool
	 * is hidden from this agent or does not exist.
	 * @return this script
	 */
	public ModelScript evenIfNotOffered() {
		List<Call> message = lastMessage("evenIfNotOffered");
		Call call = message.remove(message.size() - 1);
		message.add(new Call(call.tool(), call.arguments(), true));
		return this;
	}

	/**
	 * Answer the user. Without this call the model answers with the results of the last
	 * tools.
	 * @param text the answer
	 * @return this script
	 */
	public ModelScript answers(String text) {
		this.answer = text;
		return this;
	}

	/**
	 * Return the calls of a message.
	 * @param message the number of the message, from zero
	 * @return the calls; empty if the model has to answer
	 */
	List<Call> callsOf(int message) {
		return (message < this.messages.size()) ? List.copyOf(this.messages.get(message)) : List.of();
	}

	@Nullable String answer() {
		return this.answer;
	}

	private List<Call> lastMessage(String method) {
		Assert.state(!this.messages.isEmpty(), () -> "'%s' belongs behind 'calls' in a script".formatted(method));
		return this.messages.get(this.messages.size() - 1);
	}

	private static String json(Map<String, ?> arguments) {
		return new String(LumoAuthJson.write(arguments), StandardCharsets.UTF_8);
	}

	record Call(String tool, String arguments, boolean evenIfNotOffered) {

	}

}
