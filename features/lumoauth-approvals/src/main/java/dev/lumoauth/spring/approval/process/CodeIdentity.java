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

package dev.lumoauth.spring.approval.process;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.guard.CanonicalJson;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * Identifies the code that a call runs, so that an approval of one tool never runs
 * another, whatever the two are called and say about themselves. Equal identities mean
 * the same code:
 * <ul>
 * <li>a singleton bean is known by its name</li>
 * <li>another object is known by its class and by what it holds, if it can't change: all
 * of its fields are final, and each of them is a value, a bean or such an object</li>
 * <li>everything else is known in this process only, as the object that it is</li>
 * </ul>
 * A lambda and an anonymous class have no name that stays the same, so they are known in
 * this process only.
 *
 * @param beans returns the name of a singleton bean, or {@code null} for any other object
 * @param loader the class loader of the application
 */
record CodeIdentity(Function<Object, @Nullable String> beans, @Nullable ClassLoader loader) {

	/** More objects than tools consist of. Beyond that, the object itself counts. */
	private static final int MAX_OBJECTS = 100;

	/**
	 * Return the identity of code.
	 * @param code the object that runs
	 * @return a text of limited length
	 */
	String of(Object code) {
		String all = CanonicalJson.of(described(code));
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
			return "code " + HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has SHA-256
		}
	}

	/**
	 * Return the identity of code with the question to the person, which is a part of
	 * what is approved: a tool with another question is another tool.
	 */
	static String asked(String code, List<ApprovalRule> rules) {
		return code + rules.stream().map(ApprovalRule::toString).collect(Collectors.joining("; ", "#", ""));
	}

	/**
	 * Return whether a person was asked about this code.
	 */
	boolean isAskedIn(Approval approval, Object code) {
		String target = approval.call().target();
		return target != null && target.startsWith(of(code) + "#");
	}

	List<@Nullable Object> described(Object code) {
		return described(code, new IdentityHashMap<>());
	}

	private List<@Nullable Object> described(@Nullable Object object, IdentityHashMap<Object, Integer> seen) {
		if (object == null) {
			return List.of();
		}
		if (isValue(object)) {
			return List.of("value",
					nameOf((object instanceof Enum<?> constant) ? constant.getDeclaringClass() : object.getClass()),
					text(object));
		}
		if (object instanceof Class<?> type) {
			return List.of("class", nameOf(type));
		}
		if (object instanceof IdentifiedCode code) {
			return all("parts", code.identity(), seen);
		}
		if (object instanceof Advised advised && !advised.getTargetSource().isStatic()) {
			return exchangeable(advised.getTargetSource(), seen);
		}
		String bean = this.beans.apply(object);
		if (bean != null) {
			return List.of("bean", bean, nameOfBean(AopProxyUtils.ultimateTargetClass(object)));
		}
		Integer before = seen.putIfAbsent(object, seen.size());
		if (before != null) {
			return List.of("again", before);
		}
		if (seen.size() > MAX_OBJECTS) {
			return itself(object);
		}
		if (object instanceof Optional<?> optional) {
			return all("optional", optional.stream().toList(), seen);
		}
		if (isImmutableList(object)) {
			return all("list", (Collection<?>) object, seen);
		}
		List<Field> fields = fields(object.getClass());
		return (fields != null) ? held(object, fields, seen) : itself(object);
	}

	/**
	 * The object behind the proxy may be another one at the next call.
	 */
	private List<@Nullable Object> exchangeable(TargetSource source, IdentityHashMap<Object, Integer> seen) {
		try {
			Object target = source.getTarget();
			List<@Nullable Object> described = described(target, seen);
			if (target != null) {
				source.releaseTarget(target);
			}
			return described;
		}
		catch (Exception ex) {
			throw new IllegalArgumentException("the object that it runs can't be found", ex);
		}
	}

	private List<@Nullable Object> held(Object object, List<Field> fields, IdentityHashMap<Object, Integer> seen) {
		List<@Nullable Object> all = new ArrayList<>(List.of("object", nameOf(object.getClass())));
		for (Field field : fields) {
			try {
				all.add(List.of(field.getName(), field.getType().getName(), described(field.get(object), seen)));
			}
			catch (IllegalAccessException ex) {
				return itself(object);
			}
		}
		return all;
	}

	private List<@Nullable Object> all(String kind, Collection<?> parts, IdentityHashMap<Object, Integer> seen) {
		List<@Nullable Object> all = new ArrayList<>(List.of(kind));
		parts.forEach((each) -> all.add(described(each, seen)));
		return all;
	}

	private static List<@Nullable Object> itself(Object object) {
		return List.of("itself", KnownObjects.id(object));
	}

	private static boolean isValue(Object object) {
		Class<?> type = object.getClass();
		return object instanceof Enum<?> || object instanceof Method || type == String.class || type == UUID.class
				|| type == URI.class || type == Boolean.class || type == Character.class
				|| (object instanceof Number
						&& (type.getPackageName().equals("java.lang") || type.getName().startsWith("java.math.Big")))
				|| type.getPackageName().equals("java.time")
				|| (object instanceof Type && !(object instanceof Class<?>));
	}

	private String text(Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Method method) {
			return nameOf(method.getDeclaringClass()) + " " + method.toGenericString();
		}
		return (value instanceof Type type) ? type.getTypeName() : value.toString();
	}

	/**
	 * A class without a name of its own has a name that the next start, or the next
	 * version of the application, may give to another class.
	 */
	private String nameOf(Class<?> type) {
		return (hasName(type) && isOnlyOneOfItsName(type)) ? type.getName() : KnownObjects.id(type);
	}

	/**
	 * Two class loaders, such as those of plug-ins, may have two classes of one name. The
	 * name stands for the application's own class.
	 */
	private boolean isOnlyOneOfItsName(Class<?> type) {
		try {
			return type.isPrimitive() || Class.forName(type.getName(), false, this.loader) == type;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	private static boolean hasName(Class<?> type) {
		try {
			for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
				if (each.isHidden() || each.isSynthetic() || each.isAnonymousClass() || each.isLocalClass()) {
					return false;
				}
			}
			return true;
		}
		catch (LinkageError ex) {
			return false; // the class around it is of another class loader, or missing
		}
	}

	/**
	 * Two replicas may have different beans of one name.
	 */
	private static String nameOfBean(Class<?> type) {
		return (hasName(type) && !Proxy.isProxyClass(type)) ? FrameworkClasses.userClass(type).getName() : "";
	}

	private static boolean isImmutableList(Object object) {
		return object instanceof List<?> && object.getClass().getName().startsWith("java.util.ImmutableCollections$");
	}

	/**
	 * Return the fields of a class whose objects can't change.
	 * @return the fields; {@code null} if the objects can change, or can't be looked into
	 */
	private static @Nullable List<Field> fields(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			Arrays.stream(each.getDeclaredFields())
				.filter((field) -> !Modifier.isStatic(field.getModifiers()))
				.forEach(fields::add);
		}
		boolean known = !type.isArray() && fields.stream()
			.allMatch((field) -> Modifier.isFinal(field.getModifiers()) && field.trySetAccessible());
		return known ? fields : null;
	}

}
