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

package dev.lumoauth.spring.guard.tool;

import java.util.function.Supplier;

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.Ticket;

/**
 * The arguments of a tool's call. An approved call receives the text that was approved. A
 * tool with an untyped parameter distinguishes {@code 1} and {@code 1.0}, which are one
 * number to the person who approves.
 *
 * @param written the arguments as the model wrote them
 * @param approved the arguments in canonical form. The text object identifies the call at
 * each guard around the tool
 * @param isOneCall whether this very call is decided on its own, for instance by a person
 * @since 0.1.0
 */
public record ToolInput(String written, String approved, boolean isOneCall) {

	/**
	 * Return the input of a call.
	 * @param written the arguments as the model wrote them: a JSON object, or blank for
	 * none
	 * @param terms the terms of the call
	 * @param guard makes the call
	 * @return the input
	 */
	public static ToolInput of(String written, GuardTerms terms, Guard guard) {
		boolean oneCall = guard.isForOneCall(terms);
		return new ToolInput(written, (oneCall && !isRunning(written)) ? canonical(written) : written, oneCall);
	}

	/**
	 * Return the call with this input, for the gates that look at it.
	 * @param call the call of the tool
	 * @param code what distinguishes the tool from others with its name, such as an
	 * {@link dev.lumoauth.spring.guard.IdentifiedCode}
	 * @param schema supplies the tool's JSON schema
	 * @param result writes and reads the tool's result
	 * @return the call; the same one if no gate looks at the input
	 */
	public GuardedCall shownIn(GuardedCall call, Object code, Supplier<String> schema, ResultText result) {
		return this.isOneCall
				? call.asOneCall(code, this.approved, () -> ToolArguments.read(this.written, schema.get()), result)
				: call;
	}

	/**
	 * Return a new text object, since a framework may have one for all calls without
	 * arguments. Arguments without a canonical form are never approved.
	 */
	private static String canonical(String written) {
		try {
			return CallArguments.read(written).canonical();
		}
		catch (IllegalArgumentException ex) {
			return String.valueOf(written.toCharArray());
		}
	}

	private static boolean isRunning(String text) {
		return !Ticket.running(text).isEmpty();
	}

	/**
	 * Return the text that the tool receives now. Called where the call runs.
	 * @return the arguments that were approved, or those that the model wrote
	 */
	public String received() {
		return isRunning(this.approved) ? this.approved : this.written;
	}

}
