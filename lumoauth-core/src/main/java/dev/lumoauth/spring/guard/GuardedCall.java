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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.reflect.SameMethod;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * One call of guarded code, as an entry point passes it to the {@link Guard}: what is
 * called, and on what terms.
 *
 * @since 0.1.0
 */
public final class GuardedCall implements Cloneable {

	private final GuardTerms terms;

	private final @Nullable String tool;

	private final @Nullable Method method;

	private final @Nullable Object target;

	private @Nullable Object invocation;

	private @Nullable MethodInvocation methodInvocation;

	private boolean isRest;

	private boolean observed = true;

	private @Nullable UserToken user;

	private @Nullable String outerTool;

	private @Nullable Object code;

	private Supplier<CallArguments> arguments = GuardedCall::unknownArguments;

	private ResultText result = ResultText.NONE;

	private GuardedCall(GuardTerms terms, @Nullable String tool, @Nullable Method method, @Nullable Object target,
			@Nullable Object invocation) {
		this.terms = terms;
		this.tool = tool;
		this.method = method;
		this.target = target;
		this.invocation = invocation;
	}

	/**
	 * Return a copy, which is changed before anybody else sees it.
	 */
	private GuardedCall copy(Consumer<GuardedCall> change) {
		try {
			GuardedCall copy = (GuardedCall) clone();
			change.accept(copy);
			return copy;
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static CallArguments unknownArguments() {
		throw new IllegalArgumentException("its arguments are not known");
	}

	/**
	 * Return the call of a tool.
	 * @param name the name of the tool
	 * @param terms the terms of the call
	 * @return the call
	 */
	public static GuardedCall ofTool(String name, GuardTerms terms) {
		return new GuardedCall(terms, name, null, null, null);
	}

	/**
	 * Return the call of a tool that runs a method with its own guard.
	 * @param name the name of the tool
	 * @param terms the terms of the call
	 * @param method the method that the tool calls next
	 * @param target the object on which the method is called, or {@code null} for a
	 * static method
	 * @return the call
	 */
	public static GuardedCall ofTool(String name, GuardTerms terms, Method method, @Nullable Object target) {
		return new GuardedCall(terms, name, method, target, null);
	}

	/**
	 * Return the call of a method.
	 * @param method the method
	 * @param terms the terms of the call
	 * @param target the object on which the method is called, with all its proxies;
	 * {@code null} for a static method
	 * @param invocation identifies the call, the same object at each guard around it
	 * @return the call
	 */
	public static GuardedCall ofMethod(Method method, GuardTerms terms, @Nullable Object target, Object invocation) {
		return new GuardedCall(terms, null, method, target, invocation);
	}

	/**
	 * Return the rest of this call: the publisher that the call has returned, when
	 * somebody subscribes. The capability is checked again, since the agent may have lost
	 * it meanwhile. The rest is not a separate call, so it isn't observed as one.
	 * @param user the user for whom the call was started, or {@code null} for the agent
	 * itself
	 * @return the rest of the call
	 */
	public GuardedCall rest(@Nullable UserToken user) {
		return copy((rest) -> {
			rest.isRest = true;
			rest.observed = false;
			rest.user = user;
		});
	}

	/**
	 * Return the same call of a method with its arguments. A gate that decides each call
	 * on its own decides for these arguments only, and refuses a call without arguments.
	 * @param invocation has the arguments, and the object behind the proxies
	 * @return the call
	 */
	public GuardedCall with(MethodInvocation invocation) {
		return copy((shown) -> shown.methodInvocation = invocation);
	}

	/**
	 * Return the same call of a tool with what a gate needs that decides each call on its
	 * own. Such a gate decides for these arguments and this code only, and refuses a call
	 * without arguments. If the call has run before, its caller gets the kept result.
	 * @param code the code that runs, which distinguishes the tool from others with its
	 * name
	 * @param invocation identifies the call, the same object at each guard around it; or
	 * {@code null}
	 * @param arguments supplies the arguments; called only if a gate looks at them
	 * @param result writes and reads the result
	 * @return the call
	 */
	public GuardedCall asOneCall(Object code, @Nullable Object invocation, Supplier<CallArguments> arguments,
			ResultText result) {
		return copy((one) -> {
			one.code = code;
			one.invocation = invocation;
			one.arguments = arguments;
			one.result = result;
		});
	}

	/**
	 * Return the same call for a further guard around it, so that the call is observed
	 * only once.
	 * @return the call, not observed
	 */
	public GuardedCall observedBefore() {
		return copy((inner) -> inner.observed = false);
	}

	/**
	 * Return the same call as it is made by a tool, which may not be known any more when
	 * the call is decided.
	 * @param tool the name of the tool, or {@code null}
	 */
	GuardedCall insideOf(@Nullable String tool) {
		return (tool != null) ? copy((inside) -> inside.outerTool = tool) : this;
	}

	/**
	 * Return the tool that is called, or that makes the call.
	 * @return the name of the tool, or {@code null} if none is known
	 */
	@Nullable String toolOrOuterTool() {
		if (this.tool != null) {
			return this.tool;
		}
		return (this.outerTool != null) ? this.outerTool : CallScope.tool();
	}

	boolean isObserved() {
		return this.observed;
	}

	/**
	 * Return the terms of the call.
	 * @return the terms
	 */
	public GuardTerms terms() {
		return this.terms;
	}

	/**
	 * Return the name of the tool.
	 * @return the name, or {@code null} if this is the call of a method
	 */
	public @Nullable String tool() {
		return this.tool;
	}

	/**
	 * Return the method.
	 * @return the method that is called, or that a tool calls next if that method has its
	 * own guard
	 */
	public @Nullable Method method() {
		return this.method;
	}

	/**
	 * Return the capabilities that the call needs.
	 * @return their names; empty for none
	 */
	public List<String> capabilities() {
		CapabilityRequirement requirement = this.terms.requirement();
		return (requirement != null) ? requirement.capabilities() : List.of();
	}

	ResultText result() {
		return this.result;
	}

	/**
	 * Return the code that runs.
	 * @return the object whose method is called, if there is one, and the types of the
	 * method's parameters, since several methods may have its name; or the code that a
	 * tool runs, {@code null} if that is not known
	 */
	public @Nullable Object code() {
		if (this.tool != null || this.method == null) {
			return this.code;
		}
		String types = Arrays.toString(this.method.getParameterTypes());
		return (this.target != null) ? List.of(this.target, types) : types;
	}

	/**
	 * Return the call of a method as Spring AOP makes it, for a gate that looks at its
	 * arguments.
	 * @return the invocation, with the arguments as they are now; {@code null} for a
	 * tool, and if no gate looks at the arguments
	 */
	public @Nullable MethodInvocation methodInvocation() {
		return this.methodInvocation;
	}

	/**
	 * Return the arguments of the call of a tool.
	 * @return reads the arguments as they are now
	 * @throws IllegalArgumentException when it reads arguments that are not known or
	 * can't be shown
	 */
	public Supplier<CallArguments> arguments() {
		return this.arguments;
	}

	/**
	 * Return the name of the call.
	 * @return the name of the tool, or of the method with its class and the types of its
	 * parameters
	 */
	public String name() {
		if (this.tool != null) {
			return this.tool;
		}
		Method called = Objects.requireNonNull(this.method, "A call of neither a tool nor a method");
		return called.getDeclaringClass().getName() + "." + called.getName()
				+ Arrays.stream(called.getParameterTypes())
					.map(Class::getSimpleName)
					.collect(Collectors.joining(",", "(", ")"));
	}

	boolean isOfTool() {
		return this.tool != null;
	}

	/**
	 * Return the object that identifies the call.
	 * @return the same object at each guard around the call; {@code null} if there is one
	 * guard only
	 */
	public @Nullable Object invocation() {
		return this.invocation;
	}

	boolean isRest() {
		return this.isRest;
	}

	@Nullable UserToken user() {
		return this.user;
	}

	/**
	 * Return whether the allow of this tool call also holds for the call of a method: it
	 * is the call that the tool makes next, and the terms of the tool include those of
	 * the method.
	 * @param inner the call of a method
	 */
	boolean leadsTo(GuardedCall inner) {
		return this.method != null && inner.method != null && isSame(this.method, inner.method, inner.target)
				&& this.terms.includes(inner.terms) && isSameTarget(inner, inner.method);
	}

	/**
	 * The method of an interface may have other types than the one that implements it.
	 */
	private static boolean isSame(Method outer, Method inner, @Nullable Object target) {
		if (outer.equals(inner)) {
			return true;
		}
		return outer.getName().equals(inner.getName()) && (Arrays.equals(outer.getParameterTypes(),
				inner.getParameterTypes())
				|| (target != null && new SameMethod(AopProxyUtils.ultimateTargetClass(target)).as(outer).test(inner)));
	}

	/**
	 * A proxy may stand between the guard of a tool and that of the method: one of others
	 * before woven code, or one that finds its bean for each call.
	 */
	private boolean isSameTarget(GuardedCall inner, Method method) {
		if (Modifier.isStatic(method.getModifiers())) {
			return method.equals(this.method);
		}
		Object object = this.target;
		while (object != null && object != inner.target) {
			object = (object instanceof Advised proxy) ? behind(proxy.getTargetSource()) : null;
		}
		return object != null;
	}

	private static @Nullable Object behind(TargetSource source) {
		try {
			// Another source, such as a pool, may give another object, or wait for one.
			return (source.isStatic() || FrameworkClasses.isFoundAnew(source)) ? source.getTarget() : null;
		}
		catch (Exception ex) {
			return null; // not here, such as a bean of the request on the thread of none
		}
	}

}
